import {
  convertCssVariables,
  createTheme,
  defaultCssVariablesResolver,
  DEFAULT_THEME,
  mergeMantineTheme,
  type MantineColorsTuple,
} from '@mantine/core';

/** Petrol: the bench's own colour, for what can be pressed and what is running. */
const petrol: MantineColorsTuple = [
  '#e7f6f7',
  '#cdebee',
  '#9dd6dc',
  '#66bdc7',
  '#38a5b1',
  '#1a909d',
  '#0b7b88',
  '#056874',
  '#06545e',
  '#064048',
];

/** Brass: a message on its way, and what wants attention without being wrong. */
const brass: MantineColorsTuple = [
  '#fdf5e3',
  '#f9e7c1',
  '#f4d089',
  '#f0b44c',
  '#e39d2b',
  '#c98416',
  '#a86a0c',
  '#86530a',
  '#66400c',
  '#47300d',
];

/** Danger: what cannot be taken back. Deeper than the library's, which shouts. */
const red: MantineColorsTuple = [
  '#fcebe9',
  '#f8d2ce',
  '#f2aaa3',
  '#ec8379',
  '#e06156',
  '#d0453a',
  '#bf3329',
  '#b3261e',
  '#8f1d17',
  '#6b1511',
];

/** Paper: the light theme's neutral, a little warm. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f3f2ee',
  '#e8e6e0',
  '#d9d6ce',
  '#bfbbb1',
  '#938f85',
  '#6b675f',
  '#514e48',
  '#363430',
  '#211f1d',
];

/** Graphite: the dark theme's neutral, a little towards petrol. */
const dark: MantineColorsTuple = [
  '#dbe2e4',
  '#b9c4c7',
  '#93a1a6',
  '#6b7a80',
  '#414e54',
  '#303b40',
  '#222b2f',
  '#171e21',
  '#11171a',
  '#0b0f12',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, brass, red, gray, dark },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    "'Inter', 'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace:
    "'JetBrains Mono', 'Cascadia Mono', ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: { fontWeight: '600' },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: {
      // Its own scroll bars cost more than all else of a choice, also while its list is closed.
      defaultProps: { size: 'xs', checkIconPosition: 'right', withScrollArea: false },
      classNames: { options: 'choices' },
    },
    Autocomplete: { defaultProps: { withScrollArea: false }, classNames: { options: 'choices' } },
    // Its first entry has the focus; what may have it otherwise is no part of a menu (ARIA).
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: { defaultProps: { openDelay: 350, multiline: true, maw: 320, withArrow: true } },
    // The screens scroll inside themselves; the page behind a dialog never does.
    Modal: { defaultProps: { lockScroll: false, centered: true } },
  },
});

/** Mantine's surfaces in the words of base.css, so that dialogs and fields match the panels. */
const surfaces = {
  '--mantine-color-body': 'var(--panel-raised)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-placeholder': 'var(--ink-faint)',
  '--mantine-color-default': 'var(--panel-raised)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--tone-bad)',
} as const;

/**
 * Mantine writes its variables into a <style> element, which the content policy refuses. The same
 * text goes through a constructed sheet, which is a script's own doing and allowed.
 */
export function adoptTheme(): void {
  const sheet = new CSSStyleSheet();
  const {
    variables,
    light,
    dark: darkOnly,
  } = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  sheet.replaceSync(
    convertCssVariables({
      variables,
      light: { ...light, ...surfaces },
      dark: { ...darkOnly, ...surfaces },
    }),
  );
  document.adoptedStyleSheets.push(sheet);
}
