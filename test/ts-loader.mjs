// `node --import` this file, and TypeScript of the checkout can be loaded.
import { register } from 'node:module';

register('./ts-hooks.mjs', import.meta.url);
