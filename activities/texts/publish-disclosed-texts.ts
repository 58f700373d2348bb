import { fixDetailsText } from '../../domain/texts/fix-details';
import { judgeMove, type Embargo } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { publicationStep } from '../records/publication-step';
import { noteOnIssue, publishFiles } from './texts-package';

type Input = Parameters<ReleaseEffects['publishDisclosedTexts']>[0];

/**
 * Opens the texts of what a release has disclosed, as far as their time has come, and publishes them. What was opened before
 * is published again under the same names, so that an attempt that died in between leaves nothing out.
 */
export async function publishDisclosedTexts(
  outside: Outside,
  input: Input,
): ReturnType<ReleaseEffects['publishDisclosedTexts']> {
  const { embargoes, transitions } = outside.records;
  const disclosed = (await askRecords(() => embargoes.all())).filter(({ plan }) => plan === input.release);
  const due: string[] = [];
  for (const embargo of disclosed) {
    const lookAgainAt = await opened(outside, embargo);
    if (lookAgainAt !== undefined) due.push(lookAgainAt);
    else if (await isOpen(outside, embargo)) await publish(outside, { input, embargo });
  }
  const at = await askRecords(() => transitions.append(publicationStep(input, [])));
  const [lookAgainAt] = due.toSorted();
  return { at, ...(lookAgainAt === undefined ? {} : { lookAgainAt }) };
}

/** @returns when to look again, where it is too early */
async function opened({ records }: Outside, embargo: Embargo): Promise<string | undefined> {
  const now = new Date().toISOString();
  const { cleared } = judgeMove({ move: 'publishTexts', embargo, by: ENGINE, now, facts: {} });
  if (cleared.verdict === 'wait') return cleared.lookAgainAt;
  if (cleared.verdict !== 'pass') return undefined;
  await askRecords(() =>
    records.embargoes.move({
      key: `${embargo.plan}/texts/${embargo.id}`,
      embargo: embargo.id,
      actor: ENGINE,
      reason: 'Its code has been public for long enough',
      from: 'disclosed',
      to: 'texts_public',
    }),
  );
  return undefined;
}

async function isOpen({ records }: Outside, { id }: Embargo): Promise<boolean> {
  return (await askRecords(() => records.embargoes.find(id)))?.state === 'texts_public';
}

async function publish(
  outside: Outside,
  { input, embargo }: { readonly input: Input; readonly embargo: Embargo },
): Promise<void> {
  const code = embargo.id.slice('embargo:'.length);
  const text = fixDetailsText(embargo);
  await publishFiles(outside, {
    step: input,
    version: input.version,
    files: [{ file: `fix-${code}.md`, text }],
  });
  await noteOnIssue(outside, { step: input, name: `texts/${code}`, text });
}
