/**
 * `matrix -o html`: one page that needs nothing else, from a file as from a server. Its data stands in it as JSON in
 * which no `<` is left, so that no name of a cluster can end it; a policy allows its own script and style and nothing
 * else, least of all a request.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AnsweredMatrix } from '../../app/matrix.js';
import type { ClusterSettings } from '../../model/world.js';
import { pageData } from './matrix-page.js';

const part = (name: string): string => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

export function matrixHtml(matrix: AnsweredMatrix, settings: ClusterSettings): string {
  const style = part('matrix.css');
  const script = part('matrix.mjs');
  const parts = new Map([
    ['<!-- STYLE -->', `<style>${style}</style>`],
    ['%STYLE_HASH%', hashOf(style)],
    ['<!-- SCRIPT -->', `<script>${script}</script>`],
    ['%SCRIPT_HASH%', hashOf(script)],
    [
      '<!-- DATA -->',
      `<script id="data" type="application/json">${safeJson(pageData(matrix, settings))}</script>`,
    ],
  ]);
  // A function, since `$` in what is put in means nothing then.
  return part('matrix.html').replace(/<!-- [A-Z]+ -->|%[A-Z_]+%/g, (name) => parts.get(name) ?? name);
}

/** JSON that may stand in a script element: in it `<` is only ever part of a string. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
