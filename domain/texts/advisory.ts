import { compareNumbers, minorOf } from '../version/number';
import { releaseHeading } from './announcement';
import {
  enumerated,
  publicNameOf,
  publicTitleOf,
  type ReleaseFacts,
  type SecurityFix,
} from './release-facts';

/** A document of the Common Security Advisory Framework 2.0, of what we fill in. */
export interface CsafDocument {
  readonly document: {
    readonly category: 'csaf_security_advisory' | 'csaf_informational_advisory';
    readonly csaf_version: '2.0';
    readonly distribution: { readonly tlp: { readonly label: 'WHITE' } };
    readonly lang: 'en';
    readonly notes: readonly CsafNote[];
    readonly publisher: {
      readonly category: 'vendor';
      readonly name: string;
      readonly namespace: string;
    };
    readonly references: readonly {
      readonly category: 'external' | 'self';
      readonly summary: string;
      readonly url: string;
    }[];
    readonly title: string;
    readonly tracking: {
      readonly current_release_date: string;
      readonly id: string;
      readonly initial_release_date: string;
      readonly revision_history: readonly {
        readonly date: string;
        readonly number: string;
        readonly summary: string;
      }[];
      readonly status: 'final';
      readonly version: '1';
    };
  };
  readonly product_tree?: { readonly branches: readonly CsafBranch[] };
  readonly vulnerabilities?: readonly CsafVulnerability[];
}

interface CsafNote {
  readonly category: 'summary' | 'description';
  readonly text: string;
}

export interface CsafBranch {
  readonly category: 'vendor' | 'product_name' | 'product_version';
  readonly name: string;
  readonly branches?: readonly CsafBranch[];
  readonly product?: CsafProduct;
}

export interface CsafProduct {
  readonly name: string;
  readonly product_id: string;
  readonly product_identification_helper?: {
    readonly hashes: readonly {
      readonly filename: string;
      readonly file_hashes: readonly { readonly algorithm: 'sha256'; readonly value: string }[];
    }[];
  };
}

export interface CsafVulnerability {
  readonly title: string;
  readonly cve?: string;
  readonly notes: readonly CsafNote[];
  readonly product_status: {
    readonly fixed: readonly string[];
    readonly known_affected?: readonly string[];
  };
  readonly remediations?: readonly {
    readonly category: 'vendor_fix' | 'none_available';
    readonly details: string;
    readonly product_ids: readonly string[];
    readonly url?: string;
  }[];
  readonly threats: readonly { readonly category: 'impact'; readonly details: string }[];
}

/** `acme-sa-18.6.3`: the newest version of the release names its advisory. */
export function advisoryId({ product, versions }: Pick<ReleaseFacts, 'product' | 'versions'>): string {
  return `${product}-SA-${versions[0]?.version ?? ''}`;
}

/** The name that the framework demands of a file of this id. */
export function advisoryFile(facts: Pick<ReleaseFacts, 'product' | 'versions'>): string {
  return `${advisoryId(facts)
    .toLowerCase()
    .replaceAll(/[^+\-a-z0-9]+/g, '_')}.json`;
}

/**
 * The advisory of a patch release, to be made when its fixes are disclosed. A release that discloses nothing has one too, and
 * it says so: whether there is a document must tell nothing.
 * @param announcement address of the announcement
 */
export function advisory(facts: ReleaseFacts, announcement: string): CsafDocument {
  const { product, url, publishedAt, security } = facts;
  const isSecurity = security.length > 0;
  const summary = isSecurity
    ? `${releaseHeading(facts)} fix ${security.length === 1 ? 'a vulnerability' : `${security.length} vulnerabilities`}.`
    : `${releaseHeading(facts)} fix no vulnerability that was under embargo.`;
  return {
    document: {
      category: isSecurity ? 'csaf_security_advisory' : 'csaf_informational_advisory',
      csaf_version: '2.0',
      distribution: { tlp: { label: 'WHITE' } },
      lang: 'en',
      notes: [{ category: 'summary', text: summary }],
      publisher: { category: 'vendor', name: product, namespace: url },
      references: [
        { category: 'external', summary: `Announcement of ${releaseHeading(facts)}`, url: announcement },
      ],
      title: `Security advisory of ${releaseHeading(facts)}`,
      tracking: {
        current_release_date: publishedAt,
        id: advisoryId(facts),
        initial_release_date: publishedAt,
        revision_history: [{ date: publishedAt, number: '1', summary: 'First published' }],
        status: 'final',
        version: '1',
      },
    },
    // In a document without vulnerabilities each product named would count as affected.
    ...(isSecurity
      ? { product_tree: { branches: [productTree(facts)] }, vulnerabilities: vulnerabilities(facts) }
      : {}),
  };
}

function productTree({ product, versions, security }: ReleaseFacts): CsafBranch {
  const numbers = new Set([
    ...versions.map(({ version }) => version),
    ...security.flatMap(({ affected }) => affected),
  ]);
  const leaves = [...numbers].toSorted(compareNumbers).map((version): CsafBranch => {
    const made = versions.find((one) => one.version === version);
    const files = (made?.projects ?? []).flatMap(({ packages }) => packages);
    const hashes = files.map(({ file, sha256 }) => ({
      filename: file,
      file_hashes: [{ algorithm: 'sha256' as const, value: sha256 }],
    }));
    return {
      category: 'product_version',
      name: version,
      product: {
        name: `${product} ${version}`,
        product_id: productId(product, version),
        ...(hashes.length === 0 ? {} : { product_identification_helper: { hashes } }),
      },
    };
  });
  return {
    category: 'vendor',
    name: product,
    branches: [{ category: 'product_name', name: product, branches: leaves }],
  };
}

function productId(product: string, version: string): string {
  return `${product}-${version}`;
}

function vulnerabilities(facts: ReleaseFacts): readonly CsafVulnerability[] {
  return [...facts.security]
    .toSorted((left, right) =>
      `${left.severity} ${publicNameOf(left)}` < `${right.severity} ${publicNameOf(right)}` ? -1 : 1,
    )
    .map((fix) => vulnerability(facts, fix));
}

function vulnerability(facts: ReleaseFacts, fix: SecurityFix): CsafVulnerability {
  const { severity, cve, fixedIn, affected, projects } = fix;
  const ids = (versions: readonly string[]): readonly string[] =>
    versions.map((version) => productId(facts.product, version));
  const remediations = remediationsOf(facts, fix);
  return {
    title: publicTitleOf(fix),
    ...(cve === undefined ? {} : { cve }),
    notes: [
      {
        category: 'description',
        text: `Fixed in ${enumerated(fixedIn)}, in ${enumerated(projects)}. Affected: ${enumerated(affected) || 'no version that is out'}.`,
      },
    ],
    product_status: {
      fixed: ids(fixedIn),
      ...(affected.length === 0 ? {} : { known_affected: ids(affected) }),
    },
    ...(remediations.length === 0 ? {} : { remediations }),
    threats: [{ category: 'impact', details: `Severity ${severity}` }],
  };
}

/** Whoever runs an affected version goes to the fixed one of its minor, or is told that there is none. */
function remediationsOf(
  { product, versions }: ReleaseFacts,
  { fixedIn, affected }: SecurityFix,
): NonNullable<CsafVulnerability['remediations']> {
  const minors = [...new Set(affected.map(minorOf))];
  return minors.map((minor) => {
    const product_ids = affected
      .filter((version) => minorOf(version) === minor)
      .map((version) => productId(product, version));
    const target = versions.find((one) => one.minor === minor && fixedIn.includes(one.version));
    const url = target?.projects.at(-1)?.page;
    if (target === undefined)
      return {
        category: 'none_available',
        details: `No fixed version of ${minor} is part of this release.`,
        product_ids,
      };
    return {
      category: 'vendor_fix',
      details: `Upgrade to ${target.version}.`,
      product_ids,
      ...(url === undefined ? {} : { url }),
    };
  });
}
