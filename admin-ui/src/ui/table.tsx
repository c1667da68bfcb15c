import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { scrollTo, visible } from "../lib/virtual";
import { Icon } from "./icons";

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ComponentChildren;
  /** How wide; without one it shares what is left. */
  width?: string;
  number?: boolean;
  /** Left out where the page is narrow. */
  phoneOff?: boolean;
  sortable?: boolean;
}

export interface Sort {
  key: string;
  down: boolean;
}

const ROW = 36;
const HEADER = 36;

/** A table of any length: only the rows that are seen are drawn. Arrow keys go from row to row, Enter opens one. */
export function Table<T>(props: {
  label: string;
  rows: T[];
  columns: Column<T>[];
  id: (row: T) => string;
  open?: (row: T) => void;
  sort?: Sort | null;
  changeSort?: (sort: Sort) => void;
  empty: ComponentChildren;
  tall?: boolean;
}): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const active = useSignal<string | null>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) {
      return undefined;
    }
    const observer = new ResizeObserver(() => {
      height.value = box.clientHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const { rows, columns } = props;
  useEffect(() => {
    const box = ref.current;
    if (box && box.scrollTop !== top.peek()) {
      top.value = box.scrollTop;
    }
  }, [rows.length]);
  const window = visible(top.value, height.value, ROW, rows.length);
  const move = (event: KeyboardEvent): void => {
    const box = ref.current;
    if (!box || rows.length === 0) {
      return;
    }
    const at = rows.findIndex((row) => props.id(row) === active.value);
    const page = Math.max(1, Math.floor(height.value / ROW) - 2);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = steps[event.key];
    if (target !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, target));
      const row = rows[next];
      active.value = row === undefined ? null : props.id(row);
      box.scrollTop = scrollTo(next, box.scrollTop, box.clientHeight, ROW, HEADER);
      event.preventDefault();
    } else if (event.key === "Enter" && event.target === box && at >= 0 && props.open) {
      const row = rows[at];
      if (row !== undefined) {
        props.open(row);
      }
    }
  };
  return (
    <div
      class={props.tall === false ? "scroll" : "scroll tall"}
      ref={ref}
      tabIndex={0}
      role="region"
      aria-label={props.label}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
      onKeyDown={move}
    >
      <table class="fixed" aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.key}
              class={column.phoneOff ? "phone-off" : ""}
              style={column.width ? { width: column.width } : {}}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={props.sort ?? null} change={props.changeSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {window.before > 0 && (
            <tr class="pad" aria-hidden="true">
              <td style={{ height: `${window.before}px` }} />
            </tr>
          )}
          {rows.slice(window.first, window.end).map((row, i) => {
            const id = props.id(row);
            return (
              <tr
                key={id}
                aria-rowindex={window.first + i + 2}
                aria-selected={active.value === id ? "true" : undefined}
                class={props.open ? "hit" : ""}
                onClick={(event) => {
                  if (!(event.target as Element).closest("a,button")) {
                    active.value = id;
                    props.open?.(row);
                  }
                }}
              >
                {columns.map((column) => (
                  <td key={column.key} class={`${column.number ? "num" : ""} ${column.phoneOff ? "phone-off" : ""}`}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {window.after > 0 && (
            <tr class="pad" aria-hidden="true">
              <td style={{ height: `${window.after}px` }} />
            </tr>
          )}
        </tbody>
      </table>
      {rows.length === 0 && props.empty}
    </div>
  );
}

function Head<T>({
  column,
  sort,
  change,
}: {
  column: Column<T>;
  sort: Sort | null;
  change: ((sort: Sort) => void) | undefined;
}): JSX.Element {
  const own = sort?.key === column.key ? sort : null;
  const classes = `${column.number ? "num" : ""} ${column.phoneOff ? "phone-off" : ""}`;
  if (!column.sortable || !change) {
    return (
      <th scope="col" class={classes}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" class={classes} aria-sort={own ? (own.down ? "descending" : "ascending") : "none"}>
      <button
        type="button"
        onClick={() => change({ key: column.key, down: own ? !own.down : (column.number ?? false) })}
      >
        {column.title}
        {own && <Icon name={own.down ? "down" : "up"} size={12} />}
      </button>
    </th>
  );
}
