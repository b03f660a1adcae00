import type { MenuItemConstructorOptions } from 'electron';

type Options = MenuItemConstructorOptions;

/** One item; `click` as documented for the property: `(event, focusedWindow, focusedWebContents)`. */
export class StandInMenuItem {
  readonly id: string;
  readonly label: string;
  readonly role: Options['role'] | undefined;
  readonly enabled: boolean;
  readonly type: NonNullable<Options['type']>;
  readonly accelerator: string | null;
  readonly submenu: StandInMenu | null;
  readonly click: () => void;

  constructor(options: Options) {
    const { submenu, role } = options;
    if (options.type === undefined && role === undefined && options.label === undefined)
      throw new TypeError('label, role or type must be given');
    this.id = options.id ?? '';
    this.label = options.label ?? '';
    this.role = role;
    this.enabled = options.enabled ?? true;
    this.type = options.type ?? (submenu === undefined ? 'normal' : 'submenu');
    this.accelerator = options.accelerator ?? null;
    this.submenu = Array.isArray(submenu) ? new StandInMenu(submenu) : null;
    this.click = () => {
      if (!this.enabled) return;
      options.click?.(
        ...([this, undefined, {}] as unknown as Parameters<NonNullable<Options['click']>>),
      );
    };
  }
}

export class StandInMenu {
  readonly items: StandInMenuItem[];

  constructor(template: readonly Options[]) {
    this.items = template.map((options) => new StandInMenuItem(options));
  }

  /** Documented: also inside submenus; null where there is none. */
  getMenuItemById(id: string): StandInMenuItem | null {
    for (const item of this.items) {
      if (item.id === id) return item;
      const inside = item.submenu?.getMenuItemById(id) ?? null;
      if (inside !== null) return inside;
    }
    return null;
  }
}
