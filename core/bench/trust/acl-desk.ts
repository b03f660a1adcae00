import { doctor, guessCast } from '#core/acl';
import { type Broker } from '#core/broker';
import { type DoctorReport } from '#core/contract';
import { type AclStore } from './acl-store.ts';

export type DoctorInput = {
  text: string;
  backend?: string | undefined;
  gatekeeper?: string | undefined;
  vehicles?: string[] | undefined;
};

type Rules = { text: string; isDefault: boolean };

/** What a person does with the access list. */
export type AclDesk = {
  get(): Rules;
  /** In force at once; a list with a wrong line is refused whole. */
  set(text: string | null): { lines: number } & Rules;
  doctor(input: DoctorInput): DoctorReport;
};

export function createAclDesk(deps: {
  acl: AclStore;
  broker: () => Broker | null;
  root: () => string;
  vins: () => readonly string[];
}): AclDesk {
  const { acl, broker, root, vins } = deps;
  const get = (): Rules => ({ text: acl.text(), isDefault: acl.isDefault() });
  return {
    get,
    set(text) {
      const rules = acl.set(text);
      broker()?.setAcl(rules);
      return { lines: rules.lines.length, ...get() };
    },
    doctor({ text, backend, gatekeeper, vehicles }) {
      const named = backend !== undefined || gatekeeper !== undefined || vehicles !== undefined;
      // Somebody else's list has other names: who plays which part is read from it.
      const guess = named || speaksOfUs(text) ? null : guessCast(text, root());
      return doctor(
        text,
        guess ?? {
          backend: backend ?? 'backend',
          gatekeeper: gatekeeper ?? 'gatekeeper',
          vehicles: vehicles ?? vins(),
          root: root(),
        },
      );
    },
  };
}

function speaksOfUs(text: string): boolean {
  return /^\s*user\s+(backend|gatekeeper)\s*$/m.test(text);
}
