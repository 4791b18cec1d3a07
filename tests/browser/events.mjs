// Events as a client system tells them.

const DAY = 24 * 60 * 60 * 1000

const stamp = time => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')

/** An event of one hour, so many days from now. */
export function event(id, title, days = 1, more = []) {
  const begins = Math.ceil(Date.now() / (DAY / 24)) * (DAY / 24) + days * DAY
  const lines = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//pasarela//browser tests//EN', 'BEGIN:VEVENT', `UID:${id}`, `DTSTAMP:${stamp(Date.now())}`,
    `DTSTART:${stamp(begins)}`, `DTEND:${stamp(begins + DAY / 24)}`, `SUMMARY:${title}`, ...more, 'END:VEVENT', 'END:VCALENDAR', '',
  ]
  return { event_id: id, event_data: lines.join('\r\n') }
}

/** So many events, one a day. */
export function events(count, prefix = 'cita') {
  return Array.from({ length: count }, (_, at) => event(`${prefix}-${at}`, `Cita ${at + 1}`, at + 1))
}
