import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { saveAcl, useAcl } from '../../state/acl.store.ts';
import { saveFile, textFile } from '../../state/files.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';

const restore = async (client: Client): Promise<void> => {
  await saveAcl(client, null);
  notifications.show({ message: 'The rules that come with the bench are in use again.' });
};

const linesOf = (text: string): string => {
  const count = text.trimEnd().split('\n').length;
  return count === 1 ? '1 line' : `${count.toString()} lines`;
};

/** The bench keeps one file of rules: the default takes the place of a person's own. */
export function DefaultDialog(props: { live: boolean; onClose: () => void }): ReactNode {
  const { saved, draft } = useAcl();
  const { state, run, dismiss } = useCommand(restore);
  const own = saved?.text ?? '';
  return (
    <CommandDialog
      testId="default-rules"
      title="Go back to the rules of the bench?"
      confirm="Replace my rules"
      cancel="Keep mine"
      danger
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run().then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>
        The rules that come with the bench take the place of yours
        {props.live ? ', and the running broker goes by them at once' : ''}. The bench keeps no copy
        of what they replace.
      </p>
      <dl className="facts touched">
        <dt>Lost</dt>
        <dd>your saved rules, {linesOf(own)}</dd>
        {draft === null ? null : (
          <>
            <dt>Lost too</dt>
            <dd>what the editor holds unsaved, {linesOf(draft)}</dd>
          </>
        )}
      </dl>
      <div>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => {
            saveFile(textFile('acl.conf', draft ?? own));
          }}
        >
          Download a copy first
        </Button>
      </div>
    </CommandDialog>
  );
}
