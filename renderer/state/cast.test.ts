import { describe, expect, it } from 'vitest';
import { guessCast, usersOf } from './cast.ts';
import { sampleAcl } from './sample-acl.ts';

const OWN = ['backend', 'gatekeeper', 'VIN1'];

describe('usersOf', () => {
  it('names each user once, in order, and no commented one', () => {
    expect(usersOf('user b\r\ntopic x\n#user c\nuser a \nuser b\n')).toEqual(['b', 'a']);
  });
});

describe('guessCast', () => {
  it('knows the parts of the sample', () => {
    expect(guessCast(sampleAcl, OWN)).toEqual({
      backend: 'backend_user',
      gatekeeper: 'backend_user',
      vehicles: ['dcu_user'],
    });
  });

  it('takes somebody else who gives the status for the gatekeeper', () => {
    const text = [
      'user publisher',
      'topic write v/+/issue_details',
      'user checker',
      'topic write v/+/status',
      'user tcu',
      'topic write v/tcu/progress',
    ].join('\n');
    expect(guessCast(text, OWN)).toEqual({
      backend: 'publisher',
      gatekeeper: 'checker',
      vehicles: ['tcu'],
    });
  });

  it('guesses nothing where the list speaks of the bench itself, or of nobody', () => {
    expect(guessCast('user backend\ntopic read #', OWN)).toBeNull();
    expect(guessCast('pattern read v/%u/#', OWN)).toBeNull();
  });
});
