import { isHeaderName, isHeaderValue } from '../../model/http-header.js';
import { quote } from '../../model/text.js';
import { L7_ROUTE_KINDS } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { isFaulty, items, routeMatches } from '../shapes.js';

export const nameWording = ({ value }: { value: string }) => ({
  message: `${value} is no header name`,
  hint: "a header name has letters, digits and !#$%&'*+-.^_`|~, no spaces and no colon",
});
export const valueWording = ({ value }: { value: string }) => ({
  message: `${value} is no header value: it holds a control character`,
  hint: 'write the value on one line',
});

/** HR-5, GH-5, GG-4: names and exact values of header matches. */
export const routeHeader = defineRule({
  code: 'route/header',
  summary: 'a header match whose name or value no header can have',
  severity: 'deny',
  kinds: L7_ROUTE_KINDS,
  sources: ['HR-5', 'GH-5', 'GG-4', 'HDRNAME', 'HDRVAL'],
  messages: { name: linkerd(nameWording), value: linkerd(valueWording) },
  check({ subject }, report) {
    for (const match of routeMatches(subject)) {
      for (const { path, value } of items(match.value.headers, [...match.path, 'headers'])) {
        if (typeof value.name === 'string' && !isHeaderName(value.name)) {
          report('name', [...path, 'name'], { value: quote(value.name) });
        }
        if (value.type === 'RegularExpression' || typeof value.value !== 'string') continue;
        if (isHeaderValue(value.value) || isFaulty(subject, [...path, 'type'])) continue;
        report('value', [...path, 'value'], { value: quote(value.value) });
      }
    }
  },
});
