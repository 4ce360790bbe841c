/** Paths on a 16 × 16 grid, drawn as 1.5 px strokes in the colour of the surrounding text. */
const paths = {
  home: "M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5H9.75v-4h-3.5v4H3a.5.5 0 0 1-.5-.5Z",
  chat: "M3 3.5h10a.5.5 0 0 1 .5.5v6a.5.5 0 0 1-.5.5H7.5L4.500 13v-2.500H3a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5Z",
  documents: "M4 2.5h5L12.5 6v7a.5.5 0 0 1-.5.5H4a.5.5 0 0 1-.5-.5V3a.5.5 0 0 1 .5-.5ZM9 2.5V6h3.5",
  agents: "M4 6.500h8v6H4ZM8 6.500V4m0-.750v.010M2 8.500v2m12-2v2M6.500 9.250v.010m3-.010v.010",
  workflows: "M2.5 3h4v3.5h-4ZM9.5 9.5h4V13h-4ZM4.5 6.5v3a1.75 1.75 0 0 0 1.75 1.75H9.5",
  git: "M4.500 5.500v5m0-5a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Zm0 8a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Zm7-8a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Zm0 0v.750a2 2 0 0 1-2 2h-5",
  settings: "M2.5 4.750h6m3 0h2M2.5 11.250h2m3 0h6M10 3v3.500M6 9.500V13",
  check: "m4.5 8.25 2.25 2.25 4.75-5",
  cross: "m5.25 5.25 5.5 5.5m0-5.5-5.5 5.5",
  clock: "M8 3.75V8l2.75 1.75",
  dash: "M5.25 8h5.5",
  pause: "M6 4.25v7.5m4-7.5v7.5",
  alert: "M8 3.75v5m0 3v.01",
  dots: "M4.5 8h.01M8 8h.01M11.5 8h.01",
  arrow: "M3 8h9.5M9 4.5 12.5 8 9 11.5",
  down: "M8 3v9.5M4 8.5 8 12.5l4-4",
  back: "M13 8H3.5M7 4.5 3.5 8 7 11.5",
  upload: "M8 10.5v-7m-3 3 3-3 3 3M2.5 11v1.5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V11",
  download: "M8 3v7m-3-3 3 3 3-3M2.5 11v1.5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V11",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.25 10.25l3.25 3.25",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.25 4.5l.5 8.5a.5.5 0 0 0 .5.5h5.5a.5.5 0 0 0 .5-.5l.5-8.5",
  list: "M6 4.5h7M6 8h7M6 11.5h7M3 4.5h.01M3 8h.01M3 11.5h.01",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  flask:
    "M6 2.5h4M6.75 2.5v4L3.5 12.75a.5.5 0 0 0 .45.75h8.1a.5.5 0 0 0 .45-.75L9.25 6.500v-4M5 10h6",
  eye: "M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8ZM8 9.75a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500Z",
  copy: "M5.5 5.5h7v8h-7ZM3.5 10.5v-8h7",
  retry: "M13 3v3.25H9.750M12.750 6.250a5.250 5.250 0 1 0 .250 3.250",
  play: "M5.5 3.75v8.5l6.5-4.25Z",
  terminal: "m3.5 4.75 3.25 3.25-3.25 3.25M8.5 11.25h4",
  stop: "M4.5 4.5h7v7h-7Z",
} as const

export type IconName = keyof typeof paths

/** An icon next to a word with the same meaning. Hidden from screen readers. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}

/** Returns only the path, for drawings that position it themselves. */
export function iconPath(name: IconName): string {
  return paths[name]
}
