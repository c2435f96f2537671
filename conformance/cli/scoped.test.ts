import { expect, test } from 'vitest';
import { namedInterfaces, scoped } from './scoped.ts';

test('a value for one interface goes before a value for all', () => {
  expect(scoped('--target', ['simulator', 'msg-ring=linux'])('msg-ring')).toBe('linux');
  expect(scoped('--target', ['simulator'])('msg-ring')).toBe('simulator');
  expect(scoped('--target')('msg-ring')).toBeUndefined();
});

test('what stands before an equals sign inside an address is no interface', () => {
  expect(scoped('--target', ['stdio:agent --mode=fast'])('msg-ring')).toBe('stdio:agent --mode=fast');
  expect(scoped('--target', ['msg-ring=stdio:agent a=b'])('msg-ring')).toBe('stdio:agent a=b');
});

test('what cannot be meant is refused', () => {
  expect(() => scoped('--target', ['msg-rong=linux'])).toThrow("did you mean 'msg-ring'?");
  expect(() => scoped('--target', ['linux', 'simulator'])).toThrow(/given twice: linux and simulator/);
  expect(() => scoped('--target', ['msg-ring=linux', 'msg-ring=simulator'])).toThrow(/twice for msg-ring/);
  expect(() => scoped('--target', ['msg-ring='])).toThrow(/is empty/);
  expect(() => namedInterfaces(['msg-rong'])).toThrow("did you mean 'msg-ring'?");
});

test('interfaces come in their own order, all of them when none is named', () => {
  expect(namedInterfaces([])).toContain('msg-ring');
  expect(namedInterfaces(['msg-ring', 'msg-ring'])).toEqual(['msg-ring']);
});
