import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Client as Postgres } from 'pg';
import { createReleaseEffects } from '../../../activities/create-release-effects';
import { outsideDown } from '../../../activities/errors';
import type { ReleaseEffects } from '../../../activities/effects';
import { openMirrors, type Mirror } from '../../../activities/git/mirror';
import type { pushPublicly } from '../../../activities/git/push-publicly';
import { connectGitLab } from '../../../activities/gitlab/gitlab';
import type { Project } from '../../../domain/project';
import { publicKeyOf } from '../../../domain/release/decision';
import type { ReleaseSettings } from '../../../domain/release/release';
import { sandboxConfiguration } from '../../gateway/test-gateway';
import { releaseSettings } from '../../../config/release-settings';
import { freshRecords, type TestRecords } from '../../support/records';
import type { EngineWorkers } from './engine-workers';
import { startLightGitLab, type LightGitLab } from './light-gitlab';
import { PRODUCT, type ProductTemplate } from './planted-product';

/** What one history after another shares: the servers, the workers, and the product that each begins with. */
export interface SharedHouse {
  readonly client: Client;
  readonly workers: EngineWorkers;
  readonly template: ProductTemplate;
}

/** A part of the engine that is replaced, to see whether the histories find out. */
export interface EngineFault {
  readonly toCanonical?: typeof pushPublicly;
  readonly effects?: (effects: ReleaseEffects, world: { readonly databaseUrl: string }) => ReleaseEffects;
}

/** Production's workflows and activities over repositories and records of one history's own. */
export class EngineWorld {
  readonly privateKey = Buffer.from(ed25519.utils.randomPrivateKey()).toString('hex');
  readonly settings = settingsFor(this.privateKey);
  /** To look at the records with plain SQL. */
  readonly tables: Postgres;
  /** Those of this history. */
  readonly releases = new Set<string>();
  /** Releases whose next effect is carried out and not heard of. */
  readonly losing = new Set<string>();
  /** For each release how many of its effects are under way. */
  private readonly underWay = new Map<string, number>();
  private readonly effects: ReleaseEffects;

  private constructor(
    readonly house: SharedHouse,
    readonly folder: string,
    readonly database: TestRecords,
    private readonly gitlab: LightGitLab,
    readonly mirrorOf: (project: Project) => Mirror,
    { toCanonical, effects: replace }: EngineFault,
  ) {
    this.tables = new Postgres({ connectionString: database.url });
    // Whoever looks next fails; unhandled, a server that ends first would end the process, and nobody would learn why.
    this.tables.on('error', () => undefined);
    const outside = {
      records: database.records,
      gitlab: connectGitLab({ url: gitlab.url, token: 'none' }),
      mirrorOf,
    };
    const effects = createReleaseEffects(outside, toCanonical === undefined ? {} : { toCanonical });
    this.effects = this.losingSome(replace?.(effects, { databaseUrl: database.url }) ?? effects);
  }

  static async start(house: SharedHouse, fault: EngineFault = {}): Promise<EngineWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-history-'));
    await house.template.copyTo(join(folder, 'repositories'));
    const [database, gitlab] = await Promise.all([
      freshRecords(),
      startLightGitLab(join(folder, 'repositories')),
    ]);
    const mirrorOf = openMirrors({
      folder: join(folder, 'mirrors'),
      url: join(folder, 'repositories'),
      token: 'none',
    });
    const world = new EngineWorld(house, folder, database, gitlab, mirrorOf, fault);
    await Promise.all([world.tables.connect(), house.workers.serve(world.effects)]);
    return world;
  }

  /** Whether an effect of the release is under way, as far as this process knows. */
  isAtWork(release: string): boolean {
    return (this.underWay.get(release) ?? 0) > 0;
  }

  repository(project: Project, side: 'canonical' | 'security'): string {
    return join(this.folder, 'repositories', `${project.repositories[side]}.git`);
  }

  async end(): Promise<void> {
    // What is still under way would go on in the next history.
    if ([...this.releases].some((release) => this.isAtWork(release))) await this.house.workers.end();
    await this.gitlab.end();
    await this.tables.end();
    await this.database.end();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async countedWhile<T>(release: string, work: Promise<T>): Promise<T> {
    const count = (by: number) => this.underWay.set(release, (this.underWay.get(release) ?? 0) + by);
    count(1);
    try {
      return await work;
    } finally {
      count(-1);
    }
  }

  private losingSome(effects: ReleaseEffects): ReleaseEffects {
    const wrapped = Object.entries(effects).map(([name, run]: [string, Effect]) => {
      const lossy: Effect = async (input) => {
        // The workers may still be told of what a history before has left over.
        if (!this.releases.has(input.release)) throw ApplicationFailure.nonRetryable('Its history is over');
        const answer = await this.countedWhile(input.release, run(input));
        if (!this.losing.delete(input.release)) return answer;
        throw outsideDown({ where: name, what: 'the answer is lost', remedy: 'It is tried again' });
      };
      return [name, lossy];
    });
    return Object.fromEntries(wrapped);
  }
}

function settingsFor(privateKey: string): ReleaseSettings {
  const settings = releaseSettings(sandboxConfiguration(), { gatewayKeys: [publicKeyOf(privateKey)] });
  return {
    ...settings,
    projects: PRODUCT,
    candidate: { from: 'default-branch' },
    maintenance: [{ from: '2020-01-01', previousMinors: 1 }],
  };
}

type Effect = (input: { readonly release: string }) => Promise<unknown>;
