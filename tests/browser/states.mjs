// How each state of the page is told apart: by the forms and links that it offers, and by its code.

export const STATES = {
  start: 'main:has(a[href="/connect/apple"]):has(a[href="/connect/caldav"])',
  handover: 'form#stay',
  change: 'form#change',
  opening: 'body:not(:has(code)) main:has(form#google):has(form#dismiss)',
  checking: 'main:has([role=status]):not(:has(form, progress, dl, a))',
  choose: 'form#choose',
  stopped: 'body:has(code) main:has(form#dismiss)',
  apple: 'form#apple',
  caldav: 'form#caldav',
  linked: 'body:has(a[href="/connect/unlink"]):not(:has(code:text-is("needs_reauthorization"), code:text-is("calendar_lost"))) dl',
  attention: 'body:has(code) main:has(a[href="/connect/unlink"])',
  way_in: 'form#come-in',
  several: 'h2#others',
  more: 'h2#more',
  unlink: 'form#unlink',
  cleaning: 'main:has(progress):not(:has(dl))',
  history: 'body:has(#happened) h1',
  event: 'main:has(h1) .timeline',
  notice: 'code',
}
