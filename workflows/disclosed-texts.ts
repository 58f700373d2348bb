import { ActivityFailure, isCancellation, setCurrentDetails, sleep } from '@temporalio/workflow';
import { textsDueAt } from '../domain/embargo/embargo';
import { effect } from './effect-proxies';
import type { DisclosedTextsInput } from './disclosed-texts.messages';
import { engineInstant, engineTime } from './engine-time';

const A_DAY_MS = 24 * 60 * 60_000;

/** Waits until what a release has disclosed has no secret left, and publishes its texts. Every patch has one, whatever it holds. */
export async function disclosedTexts(input: DisclosedTextsInput): Promise<void> {
  const { settings, release, version, disclosedAt } = input;
  let due: string | undefined = textsDueAt(disclosedAt);
  while (due !== undefined) {
    setCurrentDetails(`Texts of what \`${release}\` has disclosed become public on ${due}.`);
    await sleep(Math.max(1, Date.parse(due) - engineTime()));
    due = await publishOrPostpone({ settings, release, version });
  }
  setCurrentDetails(`What \`${release}\` has disclosed has no secret left since ${engineInstant()}.`);
}

/** @returns when to look again; a day later where it could not be done, for nobody waits and nothing may be left out */
async function publishOrPostpone(
  input: Pick<DisclosedTextsInput, 'settings' | 'release' | 'version'>,
): Promise<string | undefined> {
  try {
    const common = { kind: 'patch', ...input } as const;
    return (await effect('publishDisclosedTexts', 'Publish the texts', common)).lookAgainAt;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return new Date(engineTime() + A_DAY_MS).toISOString();
  }
}
