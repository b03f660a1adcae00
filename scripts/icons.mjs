// npm run icons: draws resources/icons anew from resources/icon.svg and resources/icons/drawings.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { icnsFile, icoFile } from './icon-files.mjs';
import { root } from './setup.mjs';

const icons = join(root, 'resources', 'icons');
const drawing = (name) => readFileSync(join(icons, 'drawings', `${name}.svg`), 'utf8');

const app = readFileSync(join(root, 'resources', 'icon.svg'), 'utf8');
const small = drawing('small');
const fileDrawing = drawing('document');
/** Up to here the drawing with fewer and thicker lines is the clearer one. */
const SMALL_UP_TO = 24;
/** Apple's template: the tile takes 824 of 1,024 pixels, the rest is air. */
const APPLE_TILE = 824 / 1024;
const LINUX = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const WINDOWS = [16, 20, 24, 32, 40, 48, 64, 128, 256];
const APPLE = [16, 32, 64, 128, 256, 512, 1024];

const browser = await openBrowser();
try {
  const page = await browser.newPage();
  const draw = (svg, width, options) => drawOn(page, svg, width, options);
  const appAt = (size) => draw(size <= SMALL_UP_TO ? small : app, size);

  mkdirSync(join(icons, 'linux'), { recursive: true });
  for (const size of LINUX) save(join('linux', `${size}x${size}.png`), (await appAt(size)).png);
  save('icon.png', (await appAt(512)).png);
  save('icon.ico', icoFile(await all(WINDOWS, appAt)));
  save(
    'icon.icns',
    icnsFile(
      await all(APPLE, (size) =>
        draw(size <= SMALL_UP_TO ? small : app, size, { tile: size > 32 ? APPLE_TILE : 0.9 }),
      ),
    ),
  );
  const documentAt = (size) => draw(fileDrawing, size);
  save('document.png', (await documentAt(256)).png);
  save('document.ico', icoFile(await all(WINDOWS, documentAt)));
  save('document.icns', icnsFile(await all(APPLE, documentAt)));
  for (const [name, svg] of [
    ['tray', small],
    ['trayTemplate', drawing('tray-template')],
  ]) {
    save(`${name}.png`, (await draw(svg, 16)).png);
    save(`${name}@2x.png`, (await draw(svg, 32)).png);
  }
  const height = 380 / 540;
  save('dmg-background.png', (await draw(drawing('dmg-background'), 540, { height })).png);
  save('dmg-background@2x.png', (await draw(drawing('dmg-background'), 1080, { height })).png);
} finally {
  await browser.close();
}

/**
 * @param {string} svg
 * @param {number} width pixels
 * @param {{ tile?: number, height?: number }} [options] the drawing's share of the picture's width;
 *   the height as a share of the width
 */
async function drawOn(page, svg, width, { tile = 1, height = 1 } = {}) {
  const drawn = await page.evaluate(
    async ({ svg, width, tall, tile }) => {
      const image = new Image();
      // An SVG that names no size of its own is drawn in the size it is asked for.
      image.src = `data:image/svg+xml,${encodeURIComponent(
        svg.replace('<svg ', `<svg width="${width}" height="${tall}" `),
      )}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width, height: tall });
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      const edge = (1 - tile) / 2;
      context.drawImage(image, width * edge, tall * edge, width * tile, tall * tile);
      const { data } = context.getImageData(0, 0, width, tall);
      let text = '';
      for (const byte of data) text += String.fromCharCode(byte);
      return { png: canvas.toDataURL('image/png').split(',')[1], rgba: btoa(text) };
    },
    { svg, width, tall: Math.round(width * height), tile },
  );
  return {
    size: width,
    png: Buffer.from(drawn.png, 'base64'),
    rgba: Buffer.from(drawn.rgba, 'base64'),
  };
}

async function all(sizes, at) {
  const pictures = [];
  for (const size of sizes) pictures.push(await at(size));
  return pictures;
}

function save(name, bytes) {
  writeFileSync(join(icons, name), bytes);
  process.stdout.write(`${name.padEnd(28)} ${bytes.length} bytes\n`);
}
