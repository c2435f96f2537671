/** `doorbell run`: programs go out, traces come back, verdicts and findings are written down. */

import { join } from 'node:path';
import { reportFormats, summaryText } from '#reports/index';
import { HarnessError, type Summary, type SystemUnderTest } from '#spec/index';
import { dryRun } from './dry-run.ts';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { readExpectations } from './expectation-file.ts';
import { Interruption } from './interruption.ts';
import { OpenSystems } from './open-systems.ts';
import { complain, print, remark, takesColour } from './output.ts';
import { json, reserveFolder } from './run-folder.ts';
import { type Part, runPart } from './run-part.ts';
import { planRun, type RunCommandOptions, type RunPlan } from './run-plan.ts';
import { orStopped, stopped } from './stopped.ts';
import { kernelTarget, simulatorTarget } from './targets.ts';

/**
 * Runs.
 *
 * @throws {UsageError} Wrong usage, found before anything runs.
 * @throws {HarnessError} No target came up.
 */
export const run = async (names: readonly string[], options: RunCommandOptions): Promise<ExitCode> => {
  const plan = await planRun(names, options);
  const interruption = new Interruption(plan.deadlineMs);
  const systems = new OpenSystems(interruption.signal);
  try {
    return await orStopped(interruption, () => runPlan(plan, systems, interruption));
  } finally {
    interruption.end();
    await systems.close();
  }
};

/** Files named one by one; of many the rest is counted. */
const namedMax = 10;

/** Programs of earlier runs that can be run no more are said, once, and are no reason not to run the rest. */
const tellStale = ({ corpus, shard }: RunPlan): void => {
  if (corpus === undefined || (shard !== undefined && shard.index > 1)) return;
  for (const { file, reason } of corpus.stale.slice(0, namedMax))
    complain(`${join(corpus.path, file)} is not replayed: ${reason}`);
  if (corpus.stale.length > namedMax)
    complain(`${corpus.stale.length - namedMax} more files of ${corpus.path} are not replayed`);
};

const runPlan = async (
  plan: RunPlan,
  systems: OpenSystems,
  interruption: Interruption,
): Promise<ExitCode> => {
  const parts = plan.everything ? await everything(plan, systems) : [await asked(plan, systems)];
  tellStale(plan);
  if (plan.dryRun) return await dryRun(parts);
  const root = reserveFolder(plan.out);
  plan.corpus?.create();
  const codes: ExitCode[] = [];
  for (const part of parts) {
    if (interruption.cause !== null) break;
    codes.push(await runAndTell(part, join(root, part.folder), interruption));
  }
  // What stopped the command before its last part began is said by no record.
  if (codes.length < parts.length)
    codes.push(stopped(interruption, codes.length === 0 ? 'and nothing was run' : ''));
  return exitOf(codes);
};

/** What was named, on the targets that were named. */
const asked = async (plan: RunPlan, systems: OpenSystems): Promise<Part> => {
  const interfaces = [];
  let hint: string | undefined;
  for (const planned of plan.interfaces) {
    if (planned.address !== undefined) {
      interfaces.push({ planned, system: await systems.at(planned.address) });
    } else {
      const { system, reason } = await systems.byDefault(planned.name);
      interfaces.push({ planned, system });
      if (reason !== null) remark(`${planned.name} runs on the simulator: ${reason}`);
    }
  }
  const onSimulator = interfaces.filter(({ system }) => system.description.selfCheck);
  if (onSimulator.length > 0 && process.platform === 'linux')
    hint = `This was a self-check. To test the running kernel: doorbell run ${onSimulator.map(({ planned }) => planned.name).join(' ')} --target ${kernelTarget}`;
  return { folder: '', interfaces, plan, ...(hint !== undefined && { hint }) };
};

/** Every interface on the simulator; then those that the running kernel offers on the running kernel. */
const everything = async (plan: RunPlan, systems: OpenSystems): Promise<readonly Part[]> => {
  const simulator = await systems.at(simulatorTarget);
  const kernel = await openKernel(systems);
  const offered = plan.interfaces.filter(
    ({ name }) => kernel.system?.description.interfaces[name] !== undefined,
  );
  const { expected: _, ...unexpecting } = plan;
  const selfCheck: Part = {
    folder: simulatorTarget,
    interfaces: plan.interfaces.map((planned) => ({ planned, system: simulator })),
    plan: unexpecting,
    ...(offered.length === 0 && { hint: `The running kernel was not tested: ${kernel.reason}` }),
  };
  if (kernel.system === null || offered.length === 0) return [selfCheck];
  const expected = plan.expected ?? (await readExpectations('mainline'));
  const { system } = kernel;
  return [
    selfCheck,
    {
      folder: kernelTarget,
      interfaces: offered.map((planned) => ({ planned, system })),
      plan: {
        ...plan,
        expected,
        recorded: { ...plan.recorded, expect: plan.recorded.expect ?? 'mainline' },
      },
    },
  ];
};

/** The running kernel, or why there is none to test. */
const openKernel = async (
  systems: OpenSystems,
): Promise<{ readonly system: SystemUnderTest | null; readonly reason: string }> => {
  try {
    const system = await systems.at(kernelTarget);
    return { system, reason: system.description.reason ?? 'it offers none of the interfaces' };
  } catch (error) {
    if (error instanceof HarnessError) return { system: null, reason: error.message };
    throw error;
  }
};

const runAndTell = async (part: Part, path: string, interruption: Interruption): Promise<ExitCode> => {
  const { plan, hint } = part;
  const { summary, failure } = await runPart(part, path, interruption);
  if (failure !== null) complain(failure.message);
  if (plan.json) await print(json(summary));
  else await print(textOf(summary, plan, failure === null ? path : undefined, hint));
  for (const { reason } of failure === null ? summary.failures.slice(0, 1) : []) complain(reason);
  return Object.values(EXIT).find((code) => code === summary.exit) ?? EXIT.failure;
};

/** @param path - Folder of the record; undefined when it is not whole. */
const textOf = (
  summary: Summary,
  plan: RunPlan,
  path: string | undefined,
  hint: string | undefined,
): string => {
  const file = reportFormats.find(({ name }) => plan.formats.includes(name))?.file ?? 'summary.json';
  return summaryText(summary, {
    colour: takesColour(process.stdout),
    ...(path !== undefined && { report: join(path, file) }),
    ...(hint !== undefined && { hint }),
  });
};
