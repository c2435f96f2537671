/** The programs of `doorbell smoke`, made from interface.json alone: one for each operation, and some for what all share. */

import { guideOf } from '#conformance/index';
import {
  type ArgumentEntry,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type OperationEntry,
  type Program,
  type Scalar,
  type Step,
} from '#spec/index';

/** How long a blocking call is asked to wait, in milliseconds. */
export const waitMs = 50;

/** A handle that nothing ever bound. */
const nobody = 'nobody';

/** What an operation needs of the target, and the target does not offer. */
export const missing = (
  { name, requires = [] }: OperationEntry,
  { operations, capabilities }: InterfaceOffer,
): readonly string[] => [
  ...(name in operations ? [] : [name]),
  ...requires.filter((capability) => !capabilities.includes(capability)),
];

const closed = (name: InterfaceName, steps: readonly Step[]): Program => ({
  interface: name,
  steps: [...steps, ...guideOf(name).closing(steps)],
});

/** The value for an argument that is no handle: short waits, the last actor, otherwise the default. */
const shortValue = (name: InterfaceName, argument: ArgumentEntry): Scalar => {
  if (argument.name.endsWith('_ms')) return waitMs;
  const { prefix = 't', max } = interfaceFile(name).actors;
  if (argument.type === 'actor') return `${prefix}${max - 1}`;
  return argument.default ?? argument.edges?.[0] ?? argument.values?.[0] ?? argument.min ?? 0;
};

/** Acting as the second actor is the only way to use what needs several. */
const actorOf = (name: InterfaceName, { requires = [] }: OperationEntry): { readonly actor?: string } =>
  requires.includes('threads') ? { actor: `${interfaceFile(name).actors.prefix ?? 't'}1` } : {};

/** An operation that makes a handle of this kind out of nothing. */
const makerOf = (name: InterfaceName, kinds: readonly string[]): OperationEntry | undefined =>
  interfaceFile(name).operations.find(
    ({ binds, arguments: all }) =>
      binds !== undefined && kinds.includes(binds) && all.every(({ type }) => type !== 'handle'),
  );

/** Does an operation make a handle of one of these kinds? */
const binds = (name: InterfaceName, op: string, kinds: readonly string[]): boolean => {
  const kind = interfaceFile(name).operations.find((one) => one.name === op)?.binds;
  return kind !== undefined && kinds.includes(kind);
};

/** The operation on live handles, and the index of its step. */
export const onLiveHandles = (
  name: InterfaceName,
  operation: OperationEntry,
): { readonly program: Program; readonly step: number } => {
  const steps: Step[] = [...(guideOf(name).before?.(operation.name) ?? [])];
  const given: Record<string, Scalar> = {};
  for (const argument of operation.arguments) {
    if (argument.type !== 'handle') {
      given[argument.name] = shortValue(name, argument);
      continue;
    }
    const made = steps.findLast(({ as, op }) => as !== undefined && binds(name, op, argument.of ?? []));
    if (made?.as !== undefined) {
      given[argument.name] = made.as;
      continue;
    }
    const as = `h${steps.length}`;
    const maker = makerOf(name, argument.of ?? []);
    if (maker !== undefined) steps.push({ op: maker.name, as });
    given[argument.name] = as;
  }
  const step = steps.length;
  const bound = operation.binds === undefined ? {} : { as: 'made' };
  steps.push({ op: operation.name, ...actorOf(name, operation), ...bound, ...given });
  return { program: closed(name, steps), step };
};

/** Every offered operation on names that nothing bound: none may be made, each has a result. */
export const onNothing = (name: InterfaceName, offer: InterfaceOffer): Program => {
  const steps = interfaceFile(name)
    .operations.filter((operation) => missing(operation, offer).length === 0)
    .filter((operation) => operation.arguments.some(({ type }) => type === 'handle'))
    .map((operation, index): Step => {
      const handles = operation.arguments.filter(({ type }) => type === 'handle');
      return {
        op: operation.name,
        ...(operation.binds !== undefined && { as: `made${index}` }),
        ...Object.fromEntries(handles.map((argument) => [argument.name, nobody])),
      };
    });
  return { interface: name, steps };
};

/** A program that no interface has, which an agent refuses to run. */
export const unknownOperation = (name: InterfaceName): Program => ({
  interface: name,
  steps: [{ op: 'no_such_operation' }],
});
