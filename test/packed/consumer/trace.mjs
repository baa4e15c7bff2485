// node --import ./trace.mjs FILE: writes the URL of every module that is loaded.
import { register } from 'node:module';

const hooks = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, nextLoad) {
    writeSync(1, url + '\\n');
    return nextLoad(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
