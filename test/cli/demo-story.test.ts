import { tellStory, type Artifacts, type DemoHouse } from '../../cli/demo/story';
import type { Milestone } from '../../domain/release/milestones';
import type { ReleaseStatus } from '../../domain/release/release';

/** A house whose releases walk one milestone a look, and wait for approval before `published`. */
class ScriptedHouse implements DemoHouse {
  readonly approvals: string[] = [];
  private readonly looks = new Map<string, number>();

  constructor(private readonly tracks: Readonly<Record<string, readonly Milestone[]>>) {}

  async seed(): Promise<void> {}

  async start({ kind }: { readonly kind: string }): Promise<string> {
    return kind;
  }

  async status(id: string): Promise<ReleaseStatus> {
    const track = this.tracks[id] ?? [];
    const gate = track.indexOf('published');
    const approved = this.approvals.some((approval) => approval.startsWith(`${id} `));
    const look = Math.min(this.looks.get(id) ?? 1, approved ? track.length : gate);
    this.looks.set(id, look + 1);
    const waits = !approved && look === gate;
    const next = track[look];
    return {
      id,
      kind: id as 'monthly' | 'patch',
      title: id,
      state: track[look - 1] ?? 'opened',
      since: instant(look),
      reached: track.slice(0, look).map((milestone, index) => ({ milestone, at: instant(index) })),
      ...(next === undefined ? {} : { next: { milestone: next, sentence: 'goes on' } }),
      ...(waits ? { waitingFor: { who: 'release-manager', sentence: 'approve' } } : {}),
      blockers: [],
      approvals: [],
      versions: [{ version: '18.6.2', workflowId: 'version:1', reached: 'published' }],
    };
  }

  async approve({ id, before }: { readonly id: string; readonly before: Milestone }): Promise<void> {
    const others = [...this.looks]
      .filter(([other]) => other !== id)
      .map(([other, look]) => `${other} at ${look}`);
    this.approvals.push(`${id} before ${before}, ${others.join()}`);
  }

  async artifacts(): Promise<Artifacts> {
    return {
      tags: [{ project: 'gitlab', name: 'v18.6.2-ee', sha: 'a'.repeat(40), at: instant(1) }],
      packages: [
        { name: 'gitlab', version: '18.6.2', file: 'gitlab-18.6.2.tar.gz', sha256: 'b'.repeat(64) },
        { name: 'gitlab', version: '18.6.2', file: 'SHA256SUMS', sha256: 'c'.repeat(64) },
      ],
    };
  }
}

function instant(second: number): string {
  return new Date(Date.UTC(2026, 10, 23, 10, 0, second)).toISOString();
}

const LONG: readonly Milestone[] = [
  'opened',
  'announced',
  'rc_tagged',
  'closed',
  'final_tagged',
  'published',
  'finalised',
];
const SHORT: readonly Milestone[] = ['opened', 'tagged', 'published', 'finalised'];

describe('the story of the demo', () => {
  it('keeps the quicker release from publishing until the other has made its tags', async () => {
    const house = new ScriptedHouse({ monthly: LONG, patch: SHORT });

    await tellStory({ house, show: () => undefined, wait: async () => undefined });

    expect(house.approvals[0]).toMatch(
      /^(patch before published, monthly at [5-9]|monthly before published, patch at [2-9])/,
    );
    expect(house.approvals).toHaveLength(2);
  });

  it('ends with what was made, and how long both were under way', async () => {
    const house = new ScriptedHouse({ monthly: LONG, patch: SHORT });

    const told = await tellStory({ house, show: () => undefined, wait: async () => undefined });

    expect(told.overlapSeconds).toBe(2);
    expect(told.releases[1]).toMatchObject({
      kind: 'patch',
      state: 'published',
      tags: { gitlab: { 'v18.6.2-ee': 'a'.repeat(40) } },
      packages: [{ name: 'gitlab', version: '18.6.2', sha256: 'b'.repeat(64) }],
    });
  });
});
