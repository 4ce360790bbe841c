import type { Children } from "@kitajs/html"
import type { Frame } from "../src/platform/http/schema"
import { Icon, type IconName } from "./icon"

export type Area =
  | "home"
  | "runs"
  | "chat"
  | "documents"
  | "workflows"
  | "agents"
  | "git"
  | "settings"

export type LayoutProps = Frame & {
  title: string
  /** The area whose link is marked. None on pages outside all areas. */
  current?: Area
  /** One sentence above the page about a general problem, such as a missing model. */
  banner?: string
  /** Hides the links to other pages, for people who are not logged in. */
  bare?: boolean
  children: Children
}

const areas: { area: Area; href: string; label: string; icon: IconName }[] = [
  { area: "home", href: "/", label: "Home", icon: "home" },
  { area: "runs", href: "/runs", label: "Runs", icon: "play" },
  { area: "chat", href: "/chat", label: "Chat", icon: "chat" },
  { area: "documents", href: "/documents", label: "Documents", icon: "documents" },
  { area: "workflows", href: "/workflows", label: "Workflows", icon: "workflows" },
  { area: "agents", href: "/agents", label: "Agents", icon: "agents" },
  { area: "git", href: "/git", label: "Git", icon: "git" },
  { area: "settings", href: "/settings", label: "Settings", icon: "settings" },
]

/**
 * Configures htmx within the limits of the page's CSP. Error responses are not swapped in
 * (notice.js shows them), an open <details> stays open when its part is replaced, and going back
 * reloads the page.
 */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  history: "reload",
  noSwap: [204, 304, "4xx", "5xx"],
  morphIgnore: ["data-htmx-powered", "open"],
})

/** The frame of every page, as a complete HTML document. */
export function Layout({
  title,
  current,
  version,
  assets,
  banner,
  bare = false,
  signedIn = false,
  children,
}: LayoutProps): JSX.Element {
  return (
    <>
      {"<!doctype html>"}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="htmx-config" content={htmxConfig} />
          <title safe>{`${title} · Amelia`}</title>
          <link rel="icon" href="/static/favicon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href={assets.css} />
          <script src={assets.js} defer></script>
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to content
          </a>
          <Header current={current} bare={bare} />
          <main id="main" tabindex="-1">
            {banner !== undefined ? (
              <p class="banner" role="note" safe>
                {banner}
              </p>
            ) : null}
            {children}
          </main>
          <Footer version={version} bare={bare} signedIn={signedIn} />
          <div id="notices" role="status" aria-live="polite"></div>
        </body>
      </html>
    </>
  )
}

function Header({ current, bare }: { current: Area | undefined; bare: boolean }): JSX.Element {
  return (
    <header class="top">
      <a class="brand" href="/">
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <path d="M4 17 28 5 20 28l-5-8.5Z" />
          <path d="m15 19.500 5.500-6.500" />
        </svg>
        Amelia
      </a>
      {!bare && (
        <nav aria-label="Main">
          <ul>
            {areas.map(({ area, href, label, icon }) => (
              <li>
                <a href={href} aria-current={area === current ? "page" : undefined}>
                  <Icon name={icon} />
                  <span safe>{label}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <p id="connection" data-state="off" role="status"></p>
    </header>
  )
}

type FooterProps = { version: string; bare: boolean; signedIn: boolean }

function Footer({ version, bare, signedIn }: FooterProps): JSX.Element {
  return (
    <footer class="bottom">
      <span safe>{`Amelia ${version}`}</span>
      {!bare && <a href="/docs">Documentation</a>}
      {!bare && <a href="/health">Health</a>}
      {signedIn && (
        <form method="post" action="/logout">
          <button type="submit">Log out</button>
        </form>
      )}
    </footer>
  )
}
