import { compareNumbers } from '../domain/version/number';
import { firstOf } from '../domain/version/naming';
import type { PatchReleaseInput } from '../workflows/release.messages';
import { InvalidRequest } from './refusals';

/** A release as somebody asks for it, not looked at yet. */
export interface ReleaseRequest {
  /** `monthly` or `patch`. */
  readonly kind: string;
  /** Of a monthly: `18.7`. */
  readonly minor?: string;
  /** Of a patch: `18.6`, `18.5`, …, in any order. */
  readonly minors?: readonly string[];
  /** Of a patch; `planned` by default. */
  readonly type?: string;
  /** Of an out-of-band patch: address of the exception request. */
  readonly exception?: string;
}

export type PatchType = PatchReleaseInput['type'];

export type ReleaseOrder =
  | { readonly kind: 'monthly'; readonly minor: string }
  /** Minors newest first. */
  | {
      readonly kind: 'patch';
      readonly minors: readonly string[];
      readonly type: PatchType;
      readonly exception?: string;
    };

const PATCH_TYPES: readonly PatchType[] = ['planned', 'critical', 'out-of-band'];
const MINOR = /^(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** @throws InvalidRequest that says which field is wrong */
export function readRequest(request: ReleaseRequest): ReleaseOrder {
  if (request.kind === 'monthly') return readMonthly(request);
  if (request.kind === 'patch') return readPatch(request);
  throw invalid('kind', {
    what: `${shown(request.kind)} is no kind of release that can be started`,
    remedy: 'Say `monthly` or `patch`',
  });
}

function readMonthly({ minor, minors, type, exception }: ReleaseRequest): ReleaseOrder {
  if (minors !== undefined)
    throw invalid('minors', {
      what: 'a monthly release makes one minor',
      remedy: 'Say `minor`, such as 18.7',
    });
  if (type !== undefined)
    throw invalid('type', { what: 'only patch releases have types', remedy: 'Leave it out' });
  if (exception !== undefined) throw noException('a monthly release');
  if (minor === undefined)
    throw invalid('minor', { what: 'it is missing', remedy: 'Say which minor is made, such as 18.7' });
  return { kind: 'monthly', minor: minorIn('minor', minor) };
}

function readPatch({ minor, minors, type = 'planned', exception }: ReleaseRequest): ReleaseOrder {
  if (minor !== undefined || minors === undefined || minors.length === 0)
    throw invalid('minors', {
      what: minor === undefined ? 'there are none' : 'a patch release takes a list, and `minor` is no list',
      remedy: 'Name every minor that gets a patch, such as 18.6, 18.5, 18.4',
    });
  const named = minors.map((one) => minorIn('minors', one));
  const twice = named.find((one, index) => named.indexOf(one) !== index);
  if (twice !== undefined)
    throw invalid('minors', { what: `${twice} is named twice`, remedy: 'Name every minor once' });
  const known = PATCH_TYPES.find((one) => one === type);
  if (known === undefined)
    throw invalid('type', {
      what: `${shown(type)} is no type of patch release`,
      remedy: `Say one of ${PATCH_TYPES.join(', ')}`,
    });
  const ordered = named.toSorted((left, right) => compareNumbers(firstOf(right), firstOf(left)));
  return { kind: 'patch', minors: ordered, type: known, ...exceptionOf(known, exception) };
}

/** A patch outside the calendar goes out only on an exception: a request that names its incident and who has approved it. */
function exceptionOf(type: PatchType, exception: string | undefined): Pick<ReleaseRequest, 'exception'> {
  if (type !== 'out-of-band') {
    if (exception !== undefined) throw noException(`a ${type} patch`);
    return {};
  }
  if (exception === undefined)
    throw invalid('exception', {
      what: 'it is missing',
      remedy: 'Give the address of the approved exception request, which names the incident',
    });
  const url = URL.canParse(exception) ? new URL(exception) : undefined;
  if (url?.protocol !== 'https:')
    throw invalid('exception', {
      what: `${shown(exception)} is no address`,
      remedy: 'Give the https address of the approved exception request',
    });
  return { exception: url.href };
}

function noException(release: string): InvalidRequest {
  return invalid('exception', {
    what: `${release} needs none`,
    remedy: 'Leave it out; only an out-of-band patch has one',
  });
}

/** @throws InvalidRequest */
export function minorIn(field: string, text: string): string {
  const minor = text.trim();
  if (MINOR.test(minor)) return minor;
  throw invalid(field, {
    what: `${shown(text)} is no minor`,
    remedy: 'A minor is two numbers with a dot between them, such as 18.6',
  });
}

function invalid(
  field: string,
  { what, remedy }: { readonly what: string; readonly remedy: string },
): InvalidRequest {
  return new InvalidRequest({ where: `the release asked for, ${field}`, what, remedy });
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
