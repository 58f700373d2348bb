import { advisory, advisoryFile } from './advisory';
import { announcementText } from './announcement';
import { fixTable } from './fix-table';
import type { ReleaseFacts } from './release-facts';
import { upgradeNotesText } from './upgrade-notes';

/** A file of the package that holds the texts of a release. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

export const ANNOUNCEMENT_FILE = 'announcement.md';

/** Announcement, table of fixes and upgrade notes. */
export function announcementFiles(facts: ReleaseFacts): readonly TextFile[] {
  return [
    { file: ANNOUNCEMENT_FILE, text: announcementText(facts) },
    { file: 'fixes.json', text: jsonText(fixTable(facts)) },
    { file: 'upgrade-notes.md', text: upgradeNotesText(facts) },
  ];
}

/** In the form of the Common Security Advisory Framework. */
export function advisoryFiles(facts: ReleaseFacts, announcement: string): readonly TextFile[] {
  return [{ file: advisoryFile(facts), text: jsonText(advisory(facts, announcement)) }];
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
