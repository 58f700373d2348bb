import { effectKey } from '../../domain/version/naming';
import type { BackportStep, BackportSubject } from '../backport-effects';
import { clearText } from '../clear-text';
import type { Outside } from '../outside';
import { noteOnce } from './keyed-notes';

/** A note on the merge request of the change, once for each `about`. */
export async function tellAuthor(
  outside: Outside,
  {
    backport,
    settings,
    iid,
    about,
    text,
  }: BackportSubject & { readonly iid: number; readonly about: string; readonly text: string },
): Promise<void> {
  const project = settings.project.repositories.canonical;
  const name = `note on !${iid} about ${about}`;
  await clearText(outside, { release: backport, project: settings.project, name, text });
  const key = effectKey({ release: backport, step: 'tell', target: about });
  await noteOnce(outside, { at: { project, on: 'merge_request', iid }, key, text });
}

/** `backport:gitlab:12/propose/18.6`: what a backport's commit and merge request are found again by. */
export function keyOfBackport({ backport, minor }: Pick<BackportStep, 'backport' | 'minor'>): string {
  return effectKey({ release: backport, step: 'propose', target: minor });
}
