/** GitLab's search: a part of the name, `^begin` or `end$`. */
export function isFound(name: string, search = ''): boolean {
  if (search.startsWith('^')) return name.startsWith(search.slice(1));
  if (search.endsWith('$')) return name.endsWith(search.slice(0, -1));
  return name.includes(search);
}
