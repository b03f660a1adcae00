import { createTheme, type MantineThemeOverride } from '@mantine/core';
import { t } from '../i18n/index.ts';

/** What Mantine says by itself, in the language of the window. */
export function libraryWords(): MantineThemeOverride {
  const closeButtonProps = { 'aria-label': t('ui:close') };
  const visibilityToggleButtonProps = { 'aria-label': t('ui:togglePassword') };
  return createTheme({
    components: {
      Modal: { defaultProps: { closeButtonProps } },
      Notification: { defaultProps: { closeButtonProps } },
      PasswordInput: { defaultProps: { visibilityToggleButtonProps } },
    },
  });
}
