/** "(2) Waldhonig": what is unread, in front of the page's own title. */

const MARK = /^\(\d+\) /;
let marked = false;

/** Shows or takes away the number; the page may have changed its title meanwhile. @param {number} unread */
export function countInTitle(unread) {
  if (!unread && !marked) return;
  const bare = marked ? document.title.replace(MARK, "") : document.title;
  const title = unread ? `(${unread}) ${bare}` : bare;
  marked = unread > 0;
  if (document.title !== title) document.title = title;
}
