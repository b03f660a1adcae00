// The browser that is on this machine, for what a script has to draw.
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

export function openBrowser() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  const args = ['--disable-background-networking', '--disable-sync', '--no-first-run'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch(executablePath ? { executablePath, args } : { channel: 'chrome', args });
}
