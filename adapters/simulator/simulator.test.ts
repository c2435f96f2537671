/** The simulator through its front door. */

import { expect, test } from 'vitest';
import { interfaceFile, type Program } from '#spec/index';
import { mutants, Simulator, simulatorAdapter, simulatorBehaviours } from './index.ts';

const steps = [
  { op: 'setup', as: 'a' },
  { op: 'setup', as: 'b' },
  { op: 'wait', ring: 'b', actor: 't1', begin: 'w0', timeout_ms: 3 },
  { op: 'prep_msg_ring', ring: 'a', fd: 'b', len: 3, data: '0x5' },
  { op: 'submit', ring: 'a' },
  { op: 'settle' },
  { op: 'drain', ring: 'b' },
] as const;
const program: Program = { interface: 'msg-ring', steps };

test('it opens by its address, says what it is, and runs programs at once', async () => {
  const system = await simulatorAdapter.open('simulator:linux-6');
  expect(system.description).toMatchObject({
    address: 'simulator:linux-6',
    selfCheck: true,
    system: { name: 'simulator', facts: { behaviour: 'linux-6', 'probes.msgRing.disabledTarget': 'EBADFD' } },
  });
  expect(system.execute(program)).toMatchObject({ kind: 'trace' });
  await system.close();
});

test('it refuses an unknown address when it is opened', async () => {
  await expect(simulatorAdapter.open('simulator:none')).rejects.toThrow('unknown behaviour');
});

test('it offers every operation and capability of the interface', () => {
  const { operations, capabilities } = interfaceFile('msg-ring');
  const offer = new Simulator('simulator').description.interfaces['msg-ring'];
  expect(Object.keys(offer?.operations ?? {})).toEqual(operations.map(({ name }) => name));
  expect(offer?.operations).toMatchObject({ setup: 'agent', prep_msg_ring: 'system', submit: 'system' });
  expect(offer?.capabilities).toEqual(capabilities.map(({ name }) => name));
});

test('it says so when an interface or a length is beyond it', () => {
  const simulator = new Simulator('simulator');
  expect(simulator.execute({ interface: 'bell', steps: [] })).toEqual({
    kind: 'unsupported',
    reason: 'the simulator has no interface bell',
  });
  const long = { interface: 'msg-ring', steps: Array(10_001).fill({ op: 'settle' }) };
  expect(simulator.execute(long)).toMatchObject({ kind: 'unsupported' });
  expect(simulator.start('bell')).toBeUndefined();
});

test('a program performed step by step is the program executed', () => {
  for (const address of ['simulator', 'simulator:chooser+seed=5', 'simulator+posts-twice']) {
    const run = new Simulator(address).start('msg-ring');
    expect(steps.map((step, index) => run?.perform(step, index))).toEqual(steps.map(() => true));
    expect(run?.answer()).toEqual(new Simulator(address).execute(program));
  }
});

test('a snapshot tells states apart and nothing else', () => {
  const after = (...list: Program['steps']) => {
    const run = new Simulator('simulator').start('msg-ring');
    for (const [index, step] of list.entries()) run?.perform(step, index);
    return run?.snapshot();
  };
  const prefix = steps.slice(0, 2);
  const reap = { op: 'reap', ring: 'b' };
  expect(after(...prefix, reap)).toBe(after(...prefix, reap, reap));
  expect(after(...prefix)).not.toBe(after(...prefix, steps[3]));
  expect(after(...prefix, steps[3])).not.toBe(after(...prefix, { ...steps[3], data: '0x6' }));
  expect(after(...prefix, steps[2])).not.toBe(after(...prefix));
  expect(after(...prefix, { op: 'memory', state: 'exhausted' })).not.toBe(after(...prefix));
});

test('behaviours and mutants are listed, once each', () => {
  const behavioursOf = (interfaceName: string) =>
    simulatorBehaviours()
      .filter((behaviour) => behaviour.interface === interfaceName)
      .map(({ name }) => name);
  expect(behavioursOf('msg-ring')).toEqual(['docs', 'linux-6', 'linux-5.18', 'chooser']);
  expect(behavioursOf('qnx-interrupt')).toEqual(['docs', 'qnx-8.0', 'chooser']);
  expect(behavioursOf('rsm')).toEqual(['docs', 'illumos', 'chooser']);
  expect(behavioursOf('uintr')).toEqual(['docs', 'intel-gen1', 'intel-gen2', 'driver', 'chooser']);
  const names = mutants('msg-ring').map(({ name }) => name);
  expect(names.length).toBeGreaterThan(60);
  expect(new Set(names).size).toBe(names.length);
  expect(mutants()).toEqual(['msg-ring', 'qnx-interrupt', 'rsm', 'uintr'].flatMap(mutants));
  expect(mutants('bell')).toEqual([]);
  expect(
    mutants('msg-ring')
      .filter(({ control }) => control)
      .map(({ name }) => name),
  ).toEqual(['newest-first', 'message-wakes-only-one', 'success-is-one', 'target-flags-set']);
});
