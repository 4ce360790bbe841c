/**
 * `bun test/bench/chat-page.ts`: how long a chat of 300 messages takes in a browser from the click
 * until its newest message is painted, and what of that is the server's part.
 */
import type { Page } from "playwright-core"
import { launchBrowser } from "../support/browser"
import { serveProcess } from "../support/process"
import { type Figure, ofRuns, printFigures, quantile } from "./figures"
import { homeOnDisk } from "./server"

const MESSAGES = 300
const CHATS = 5
const TIMES = 3

const answer = (nth: number) => `## Answer ${nth}

${"It is *so*, as `lease.ts` says. ".repeat(30)}

- one
- two with [a link](https://example.org/page)

| a | b |
|---|---|
| ${nth} | 2 |

\`\`\`ts
export const answer${nth} = (question: string) => question.length * ${nth}
\`\`\`
`

export async function measureChatPage(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await serveProcess({ home: at.home })
  const chats: string[] = []
  for (let nth = 0; nth < CHATS; nth++) {
    const { id } = await server.client.importSession(chatOf(`Chat ${nth}`))
    chats.push(`${server.url}/chat/${id}`)
  }
  await using browser = await launchBrowser()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript(watchNewest)
  const [cold = ""] = chats
  const first = await open(page, cold)
  const fresh: Opened[] = []
  const again: Opened[] = []
  for (const address of chats.slice(1)) fresh.push(await open(page, address))
  for (let nth = 0; nth < TIMES; nth++) {
    for (const address of chats) again.push(await open(page, address))
  }
  const nothing = await open(page, "data:text/html,<p id=composer class=said>Nothing")
  await server.stop()
  const painted = (opened: Opened[]) => opened.map(({ painted }) => painted)
  return [
    { what: "a browser's very first page", value: first.painted, unit: "ms" },
    ...ofRuns("a chat that wasn't opened before", painted(fresh), "ms", "< 300"),
    ...ofRuns("a chat that was", painted(again), "ms", "< 300"),
    { what: "  an empty page", value: nothing.painted, unit: "ms" },
    { what: "  the server's part", value: median(again, "answered"), unit: "ms" },
    { what: "  until the document is parsed", value: median(again, "parsed"), unit: "ms" },
  ]
}

type Opened = { answered: number; parsed: number; painted: number }

const median = (opened: Opened[], part: keyof Opened) =>
  quantile(
    opened.map((it) => it[part]),
    0.5,
  )

async function open(page: Page, address: string): Promise<Opened> {
  await page.goto(address)
  await page.waitForFunction(() => "paintedAt" in window)
  return page.evaluate(() => {
    const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[]
    const { paintedAt } = window as unknown as { paintedAt: number }
    return { answered: load!.responseStart, parsed: load!.domInteractive, painted: paintedAt }
  })
}

/** Runs in the page: notes the frame after the one in which the newest message is in view. */
function watchNewest(): void {
  const look = () => {
    const last =
      document.querySelector("#composer") && [...document.querySelectorAll(".said")].at(-1)
    const bottom = last?.getBoundingClientRect().bottom ?? Number.POSITIVE_INFINITY
    if (bottom > innerHeight) requestAnimationFrame(look)
    else requestAnimationFrame(() => Object.assign(window, { paintedAt: performance.now() }))
  }
  requestAnimationFrame(look)
}

function chatOf(title: string) {
  const messages = Array.from({ length: MESSAGES }, (_, nth) => ({
    ...{ id: `m${nth}`, parent_id: nth === 0 ? null : `m${nth - 1}` },
    role: nth % 2 === 0 ? ("user" as const) : ("assistant" as const),
    content: nth % 2 === 0 ? `Question ${nth} of ${title}` : answer(nth),
  }))
  return { format: "amelia-chat", version: 1, session: { title }, messages }
}

if (import.meta.main) printFigures(await measureChatPage())
