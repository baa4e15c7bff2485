import { expect, test } from 'vitest';
import { droppedSettings } from './dropped-settings.ts';

const wanted = { name: 'EV', max_age: 5, subjects: ['a.>', 'b.>'], deny_delete: true, num_replicas: 1 };

test.each([
  ['as asked', wanted, { ...wanted }, []],
  ['more than asked', wanted, { ...wanted, max_msgs: -1 }, []],
  ['a zero left out', { ...wanted, max_age: 0 }, { ...wanted, max_age: undefined }, []],
  ['a false left out', { ...wanted, deny_delete: false }, { ...wanted, deny_delete: undefined }, []],
  ['a number dropped', wanted, { ...wanted, max_age: undefined }, ['max_age']],
  ['a number changed', wanted, { ...wanted, max_age: 6 }, ['max_age']],
  ['a switch dropped', wanted, { ...wanted, deny_delete: undefined }, ['deny_delete']],
  ['a subject missing', wanted, { ...wanted, subjects: ['a.>'] }, ['subjects']],
  ['a text dropped', { ...wanted, compression: 's2' }, wanted, ['compression']],
])('%s', (_, asked, made, dropped) => {
  expect(droppedSettings(asked, made)).toEqual(dropped);
});
