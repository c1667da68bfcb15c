import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clock } from "../lib/format";
import { themeEpoch } from "../lib/prefs";

export interface Line {
  label: string;
  /** A custom property of style.css. */
  color: string;
  dash?: number[];
  fill?: boolean;
  value: (value: number | null) => string;
}

/** Lines over time. What they say last stands as text below, so nothing depends on seeing the canvas. */
export function Chart(props: {
  label: string;
  data: uPlot.AlignedData;
  lines: Line[];
  height?: number;
  axis: (value: number) => string;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const epoch = themeEpoch.value;
  const height = props.height ?? 170;
  useEffect(() => {
    const element = box.current;
    if (!element) {
      return undefined;
    }
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const axis: uPlot.Axis = {
      stroke: color("muted"),
      grid: { stroke: color("line"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui, sans-serif",
    };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        padding: [8, 6, 0, 0],
        scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(most * 1.08, 1e-9)] } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((tick) => clock(tick * 1000).slice(0, 8)), space: 80 },
          { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => props.axis(tick)), space: 30 },
        ],
        series: [
          {},
          ...props.lines.map((line): uPlot.Series => {
            const stroke = color(line.color);
            return {
              label: line.label,
              stroke,
              width: 1.6,
              spanGaps: false,
              points: { show: false },
              ...(line.dash ? { dash: line.dash } : {}),
              ...(line.fill ? { fill: `${stroke}22` } : {}),
            };
          }),
        ],
      },
      props.data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [epoch, height, props.lines.length]);
  useEffect(() => plot.current?.setData(props.data), [props.data]);
  const last = (series: number): number | null => (props.data[series]?.at(-1) as number | null | undefined) ?? null;
  return (
    <figure class="chart">
      <div ref={box} role="img" aria-label={props.label} style={{ height: `${height}px` }} />
      <figcaption class="legend">
        {props.lines.map((line, i) => (
          <span key={line.label}>
            <i class={`k-${line.color} ${line.dash ? "dash" : ""}`} />
            {line.label} <b>{line.value(last(i + 1))}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** A small line without axes. */
export function Spark({
  values,
  width = 120,
  height = 24,
}: {
  values: number[];
  width?: number;
  height?: number;
}): JSX.Element {
  const most = Math.max(...values, 1e-9);
  const step = width / Math.max(values.length - 1, 1);
  const points = values.map(
    (value, i) => `${(i * step).toFixed(1)},${(height - 1.5 - (value / most) * (height - 3)).toFixed(1)}`,
  );
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" preserveAspectRatio="none">
      <polyline points={points.join(" ")} fill="none" stroke="var(--accent)" stroke-width="1.500" />
    </svg>
  );
}
