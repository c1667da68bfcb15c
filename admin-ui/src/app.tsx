import { effect, signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { needsLogin } from "./lib/api";
import { clock } from "./lib/format";
import { figures, link, retryNow } from "./lib/live";
import { isDark, theme, toggleTheme } from "./lib/prefs";
import { go, href, place } from "./lib/router";
import { logout, me } from "./lib/session";
import { Login } from "./pages/login";
import { Overview } from "./pages/overview";
import { Dialog, Empty, State, Toasts } from "./ui/bits";
import { Icon, type IconName, Mark, Shape } from "./ui/icons";

interface Page {
  name: string;
  title: string;
  icon: IconName;
  key: string;
  load?: () => Promise<ComponentType>;
}

const PAGES: Page[] = [
  { name: "overview", title: "Overview", icon: "overview", key: "o" },
  {
    name: "routes",
    title: "Routes",
    icon: "routes",
    key: "r",
    load: async () => (await import("./pages/routes")).Routes,
  },
  {
    name: "upstreams",
    title: "Upstreams",
    icon: "upstreams",
    key: "u",
    load: async () => (await import("./pages/upstreams")).Upstreams,
  },
  {
    name: "connections",
    title: "Connections",
    icon: "connections",
    key: "c",
    load: async () => (await import("./pages/connections")).Connections,
  },
  {
    name: "config",
    title: "Config",
    icon: "config",
    key: "e",
    load: async () => (await import("./pages/config")).Config,
  },
  { name: "live", title: "Live", icon: "live", key: "l", load: async () => (await import("./pages/live")).Live },
];

const loaded = signal<Record<string, ComponentType>>({ overview: Overview });
const failed = signal<string | null>(null);
const helping = signal(false);

// A page's code comes when it is first asked for.
effect(() => {
  const page = PAGES.find((each) => each.name === place.value.page);
  if (page?.load && !loaded.peek()[page.name]) {
    page.load().then(
      (component) => {
        loaded.value = { ...loaded.peek(), [page.name]: component };
        failed.value = null;
      },
      () => {
        failed.value = page.name;
      },
    );
  }
});

export function App(): JSX.Element {
  useKeys();
  const main = useRef<HTMLElement>(null);
  const page = PAGES.find((each) => each.name === place.value.page);
  const title = page?.title ?? "Not found";
  useEffect(() => {
    document.title = `${title} – Sluice`;
  }, [title]);
  if (needsLogin.value) {
    return <Login />;
  }
  const Component = page ? loaded.value[page.name] : undefined;
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <div class="frame">
        <Rail current={page?.name ?? ""} />
        <main ref={main} tabIndex={-1} id="main">
          <LinkBanner />
          {Component ? (
            <Component />
          ) : page ? (
            failed.value === page.name ? (
              <Empty title="This page could not be loaded">
                <button type="button" class="btn" onClick={() => location.reload()}>
                  Load again
                </button>
              </Empty>
            ) : (
              <p class="muted">Loading…</p>
            )
          ) : (
            <Empty title="There is no such page">
              <a href={href("overview")}>Overview</a>
            </Empty>
          )}
        </main>
      </div>
      <Toasts />
      {helping.value && <Help />}
    </>
  );
}

function Rail({ current }: { current: string }): JSX.Element {
  const look = figures.value;
  const state = link.value.state;
  return (
    <header class="rail">
      <a class="brand" href={href("overview")}>
        <Mark /> Sluice
      </a>
      <nav aria-label="Pages">
        <ul>
          {PAGES.map((page) => (
            <li key={page.name}>
              <a href={href(page.name)} aria-current={page.name === current ? "page" : undefined}>
                <Icon name={page.icon} />
                {page.title}
                <kbd aria-hidden="true">g {page.key}</kbd>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="foot">
        <span class="row">
          {state === "live" ? (
            <State tone={look?.ready ? "ok" : "warn"}>{look?.ready ? "Live, ready" : "Live, not ready"}</State>
          ) : state === "lost" ? (
            <State tone="bad">Connection lost</State>
          ) : (
            <State tone="off">{state === "paused" ? "Paused" : "Connecting"}</State>
          )}
        </span>
        <span>
          Config version <b data-figure="version">{look?.version ?? "–"}</b>
        </span>
        {me.value?.access === "read" && (
          <span>
            <span class="chip info">read only</span>
          </span>
        )}
        <span class="row">
          <Tools />
        </span>
      </div>
    </header>
  );
}

/** Theme, help and the way out. */
export function Tools(): JSX.Element {
  const dark = theme.value && isDark();
  return (
    <>
      <button
        type="button"
        class="btn quiet"
        onClick={toggleTheme}
        aria-label={dark ? "Light theme" : "Dark theme"}
        title={dark ? "Light theme" : "Dark theme"}
      >
        <Icon name={dark ? "sun" : "moon"} />
      </button>
      <button
        type="button"
        class="btn quiet"
        onClick={() => {
          helping.value = true;
        }}
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
      >
        <Icon name="help" />
      </button>
      {me.value && me.value.caller !== "local" && (
        <button type="button" class="btn quiet" onClick={() => void logout()} aria-label="Sign out" title="Sign out">
          <Icon name="out" />
        </button>
      )}
    </>
  );
}

/** Says that what is shown is old, and of when. */
function LinkBanner(): JSX.Element | null {
  const state = link.value;
  if (state.state !== "lost") {
    return null;
  }
  const look = figures.value;
  return (
    <div class="banner bad" role="alert">
      <Shape tone="bad" size={14} />
      <span class="grow">
        <strong>Connection lost{look ? `, showing figures of ${clock(look.at)}` : ""}.</strong> {state.why}. Trying
        again.
      </span>
      <button type="button" class="btn small" onClick={retryNow}>
        Try now
      </button>
    </div>
  );
}

const SHORTCUTS: [string, string][] = [
  ...PAGES.map((page): [string, string] => [`g ${page.key}`, page.title]),
  ["/", "Search on this page"],
  ["t", "Light or dark"],
  ["↑ ↓ Enter", "From row to row of a table, and open one"],
  ["Esc", "Close what is open"],
  ["?", "This help"],
];

function Help(): JSX.Element {
  return (
    <Dialog
      title="Keyboard"
      close={() => {
        helping.value = false;
      }}
    >
      <dl class="facts">
        {SHORTCUTS.map(([keys, what]) => (
          <>
            <dt>
              {keys.split(" ").map((key) => (
                <>
                  <kbd>{key}</kbd>{" "}
                </>
              ))}
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  );
}

function useKeys(): void {
  useEffect(() => {
    let went = Number.NEGATIVE_INFINITY;
    const pressed = (event: KeyboardEvent): void => {
      const target = event.composedPath()[0] as HTMLElement;
      const typing = target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
      if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
        return;
      }
      if (event.timeStamp - went < 1200) {
        went = Number.NEGATIVE_INFINITY;
        const page = PAGES.find((each) => each.key === event.key);
        if (page) {
          go(href(page.name));
          event.preventDefault();
        }
      } else if (event.key === "g") {
        went = event.timeStamp;
      } else if (event.key === "?") {
        helping.value = true;
      } else if (event.key === "t") {
        toggleTheme();
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("[data-search]");
        if (search) {
          search.focus();
          event.preventDefault();
        }
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
