/**
 * The schema of one interface's programs, derived from its operations: which arguments each step takes, and
 * their ranges. What a schema cannot say (names bound twice, flags named twice) is checked beside it.
 */

import type { JsonSchema } from './generate-types.ts';
import type { ArgumentEntry, InterfaceFile, OperationEntry } from './generated/interface.ts';

/** `msg-ring` → `MsgRing`, `prep_msg_ring` → `PrepMsgRing`. */
export const pascalCase = (name: string): string =>
  name
    .split(/[-_]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** `$id` of the schema of an interface's programs. */
export const programSchemaId = (interfaceName: string): string => `${interfaceName}.program`;

const handlePattern = '[a-z][a-z0-9_]{0,15}';

/** Schema of the programs of one interface. */
export const programSchema = (file: InterfaceFile): JsonSchema => {
  const prefix = pascalCase(file.interface);
  const steps = [
    ...file.operations.map((operation) => operationStep(prefix, operation, actors(file))),
    settleStep(prefix, actors(file)),
    endStep(prefix, actors(file)),
  ];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: programSchemaId(file.interface),
    title: `${prefix}Program`,
    description: `A program of ${file.title}.`,
    type: 'object',
    required: ['interface', 'steps'],
    additionalProperties: false,
    properties: {
      interface: { const: file.interface },
      version: { description: 'Version of the interface it was written for.', const: file.version },
      note: { description: 'For people; never read by the tool.', type: 'string' },
      steps: { type: 'array', maxItems: 10000, items: { $ref: '#/$defs/step' } },
    },
    $defs: {
      step: {
        title: `${prefix}Step`,
        type: 'object',
        required: ['op'],
        discriminator: { propertyName: 'op' },
        oneOf: steps.map(({ name }) => ({ $ref: `#/$defs/${name}` })),
      },
      ...Object.fromEntries(steps.map(({ name, schema }) => [name, schema])),
    },
  };
};

interface StepSchema {
  readonly name: string;
  readonly schema: JsonSchema;
}

const actors = (file: InterfaceFile): JsonSchema => ({
  description: 'Who acts; the first when absent.',
  enum: Array.from({ length: file.actors.max }, (_, index) => `${file.actors.prefix ?? 't'}${index}`),
});

const operationStep = (prefix: string, operation: OperationEntry, actor: JsonSchema): StepSchema => ({
  name: operation.name,
  schema: {
    title: `${prefix}${pascalCase(operation.name)}`,
    description: operation.meaning,
    type: 'object',
    required: ['op', ...operation.arguments.filter(isRequired).map(({ name }) => name)],
    additionalProperties: false,
    properties: {
      op: { const: operation.name },
      actor,
      ...(operation.binds === undefined
        ? {}
        : { as: newName(`Names the ${operation.binds} that it returns.`) }),
      ...(operation.blocks
        ? { begin: newName('Names the call, which then may overlap the steps after it.') }
        : {}),
      ...Object.fromEntries(operation.arguments.map((argument) => [argument.name, argumentSchema(argument)])),
    },
  },
});

const settleStep = (prefix: string, actor: JsonSchema): StepSchema => ({
  name: 'settle',
  schema: {
    title: `${prefix}Settle`,
    description: 'Waits long enough for everything that happens by itself.',
    type: 'object',
    required: ['op'],
    additionalProperties: false,
    properties: { op: { const: 'settle' }, actor },
  },
});

const endStep = (prefix: string, actor: JsonSchema): StepSchema => ({
  name: 'end',
  schema: {
    title: `${prefix}End`,
    description: 'Waits until a call that was begun has returned.',
    type: 'object',
    required: ['op', 'call'],
    additionalProperties: false,
    properties: {
      op: { const: 'end' },
      actor,
      call: { description: 'The name given by `begin`.', type: 'string', pattern: `^${handlePattern}$` },
    },
  },
});

const newName = (description: string): JsonSchema => ({
  description,
  type: 'string',
  pattern: `^${handlePattern}$`,
});

const isRequired = (argument: ArgumentEntry): boolean => argument.default === undefined;

const argumentSchema = (argument: ArgumentEntry): JsonSchema => ({
  description: argument.meaning,
  ...valueSchema(argument),
  ...(argument.default === undefined ? {} : { default: argument.default }),
});

const valueSchema = (argument: ArgumentEntry): JsonSchema => {
  switch (argument.type) {
    case 'integer':
      return {
        type: 'integer',
        ...(argument.min === undefined ? {} : { minimum: argument.min }),
        ...(argument.max === undefined ? {} : { maximum: argument.max }),
      };
    case 'u64':
      return { type: 'string', pattern: '^0x(0|[1-9a-f][0-9a-f]{0,15})$' };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: argument.values ?? [] };
    case 'flags': {
      const name = `(${(argument.values ?? []).join('|')})`;
      return { type: 'string', pattern: `^(${name}(\\|${name})*)?$` };
    }
    case 'handle': {
      const literals = (argument.others ?? []).join('|');
      return { type: 'string', pattern: `^(${literals === '' ? '' : `${literals}|`}${handlePattern})$` };
    }
    case 'actor':
      return { type: 'string', pattern: '^[a-z][0-9]{1,2}$' };
  }
};
