// Draws docs/graphiql.png: the SVT question, answered, as a new visitor sees it. Run by scripts/screenshot.
import { join } from 'node:path';
import { answered, launch, visit } from './browser.js';

const file = process.env.PICTURE ?? join(import.meta.dirname, '..', '..', 'docs', 'graphiql.png');
const browser = await launch();
const { page } = await visit(browser);
await page.click('.graphiql-execute-button');
await answered(page, '"exhaustive": true');
await page.mouse.move(720, 890);
await page.waitForTimeout(1000); // the tooltip fades, the fonts settle
await page.screenshot({ path: file });
await browser.close();
console.log(file);
