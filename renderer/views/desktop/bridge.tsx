import { useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { spotlight } from '@mantine/spotlight';
import { useEffect, type ReactNode } from 'react';
import { listenToDesktop, tellDesktop, type DesktopMessage } from '../../desktop.ts';
import { spokenLanguage, t } from '../../i18n/index.ts';
import {
  fetchOpened,
  saveDiagnostics,
  showHelp,
  showPlace,
  takeFile,
} from '../../state/desktop.ts';
import { droppedElsewhere, judgeDropped } from '../../state/dropped.ts';
import { toRefusal } from '../../state/refusal.ts';
import { screens, showScreen, useScreen } from '../../state/screen.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { screenWords } from '../shell/screens.tsx';

/** Draws nothing: tells the application around the window what is in it, and does what it asks. */
export function DesktopBridge(): ReactNode {
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    tellDesktop({
      kind: 'introduce',
      language: spokenLanguage(),
      theme: colorScheme === 'auto' ? 'system' : colorScheme,
      screens: screens.map((screen) => ({ screen, label: screenWords(screen).name.slice(0, 48) })),
    });
  }, [colorScheme]);
  useEffect(() => {
    listenToDesktop((message) => void take(message).catch(tell));
  }, []);
  useEffect(guardDrops, []);
  return null;
}

async function take(message: DesktopMessage): Promise<void> {
  switch (message.kind) {
    case 'go':
      showPlace(message.place);
      return;
    case 'wish':
      await grant(message.wish);
      return;
    case 'news':
      notifications.show({
        message: <span data-testid={`news-${message.news}`}>{newsOf(message.news)}</span>,
        autoClose: 12_000,
      });
      return;
    case 'refused':
      notifications.show({ message: <Refusal refusal={message.refusal} />, autoClose: false });
      return;
    case 'file':
      await fetchOpened(message.token, message.name);
  }
}

async function grant(wish: Extract<DesktopMessage, { kind: 'wish' }>['wish']): Promise<void> {
  switch (wish) {
    case 'new-update':
      showScreen('compose');
      return;
    case 'find':
      spotlight.open();
      return;
    case 'find-help':
      if (!showHelp()) spotlight.open();
      return;
    case 'diagnostics':
      await saveDiagnostics();
  }
}

function newsOf(news: Extract<DesktopMessage, { kind: 'news' }>['news']): string {
  switch (news) {
    case 'core-restarted':
      return t('desktop:news.coreRestarted');
    case 'page-restarted':
      return t('desktop:news.pageRestarted');
    case 'woke':
      return t('desktop:news.woke');
    case 'pdf-saved':
      return t('desktop:news.pdfSaved');
  }
}

const tell = (error: unknown): void => {
  notifications.show({ message: <Refusal refusal={toRefusal(error)} />, autoClose: false });
};

/**
 * A file that is dropped beside its place would be opened in the window's stead. On Compose the whole
 * screen takes it; elsewhere it is refused with where it belongs.
 */
function guardDrops(): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const onDragOver = (event: DragEvent): void => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const takes = useScreen.getState().screen === 'compose';
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = takes ? 'copy' : 'none';
  };
  const onDrop = (event: DragEvent): void => {
    // Whatever took it has said so.
    if (event.defaultPrevented || event.dataTransfer === null) return;
    event.preventDefault();
    if (useScreen.getState().screen === 'compose') {
      const dropped = judgeDropped(event.dataTransfer);
      if (dropped.kind !== 'refused') takeFile(dropped);
      else notifications.show({ message: <Refusal refusal={dropped.refusal} />, autoClose: false });
    } else if (event.dataTransfer.files.length > 0) {
      notifications.show({ message: <Refusal refusal={droppedElsewhere()} /> });
    }
  };
  window.addEventListener('dragover', onDragOver, { signal });
  window.addEventListener('drop', onDrop, { signal });
  return () => {
    listening.abort();
  };
}
