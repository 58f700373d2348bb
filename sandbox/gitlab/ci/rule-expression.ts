type Variables = Readonly<Record<string, string>>;

/** GitLab's `rules:if`: `$A`, `==`, `!=`, `=~`, `!~`, `&&`, `||`; no parentheses. */
export function holds(expression: string, variables: Variables): boolean {
  return expression
    .split('||')
    .some((either) => either.split('&&').every((term) => termHolds(term.trim(), variables)));
}

const TERM = /^(\S+)\s*(==|!=|=~|!~)\s*(.+)$/;

function termHolds(term: string, variables: Variables): boolean {
  const [, left, operator, right] = TERM.exec(term) ?? [];
  if (left === undefined || operator === undefined || right === undefined)
    return valueOf(term, variables) !== '';
  const value = valueOf(left, variables);
  if (operator === '==' || operator === '!=')
    return (value === valueOf(right, variables)) === (operator === '==');
  return patternOf(right).test(value) === (operator === '=~');
}

function valueOf(operand: string, variables: Variables): string {
  if (operand === 'null') return '';
  if (operand.startsWith('$')) return variables[operand.slice(1)] ?? '';
  return operand.replaceAll(/^["']|["']$/g, '');
}

function patternOf(operand: string): RegExp {
  const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/.exec(operand) ?? [];
  return new RegExp(source, flags);
}
