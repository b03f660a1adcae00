import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconFileTypePdf } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { tellDesktop } from '../../desktop.ts';
import { spokenLanguage, t } from '../../i18n/index.ts';
import { fromBase64 } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

const PAPERS = ['A4', 'Letter'] as const;

/** The page as the bench makes it, printed by the application around the window. */
const print = async (
  client: Client,
  reportId: string,
  paper: (typeof PAPERS)[number],
): Promise<void> => {
  const language = spokenLanguage();
  const { name, base64 } = await client.reports.export({ reportId, format: 'html', language });
  const html = new TextDecoder().decode(fromBase64(base64));
  tellDesktop({ kind: 'report-pdf', name: name.replace(/\.html$/, '.pdf'), html, paper });
};

/** Only in the desktop application; a browser saves as PDF when it prints. */
export function SavePdf({ reportId }: { reportId: string }): ReactNode {
  const { state, run, dismiss } = useCommand(print);
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconFileTypePdf size={15} aria-hidden />}
            rightSection={<IconChevronDown size={15} aria-hidden />}
            loading={state.kind === 'running'}
            data-testid="report-pdf"
          >
            {t('reports:export.pdf')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {PAPERS.map((paper) => (
            <Menu.Item key={paper} onClick={() => void run(reportId, paper)}>
              {t(`reports:export.pdfOn.${paper}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </>
  );
}
