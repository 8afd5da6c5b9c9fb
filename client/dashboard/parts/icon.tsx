/** The drawings of the dashboard: one stroke each on a 16 by 16 field, named by what they mean. */

const drawings = {
  projects: 'M2.5 4.5h4l1.5 2h5.5v6.5h-11z',
  operations: 'M2 8h2.5l2-5 3 10 2-5H14',
  settings: 'M3 4.5h6m3 0h1M3 11.5h1m3 0h6M10.5 3v3M5.5 10v3',
  documents: 'M4 2h5.5L12.5 5v9H4zM9 2v3.5h3.5M6 8.5h4.5M6 11h4.5',
  completed: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM5.2 8.2l2 2 3.6-4.2',
  failed: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM5.9 5.9l4.2 4.2m0-4.2l-4.2 4.2',
  warning: 'M8 2.2l6.2 11.3H1.8zM8 6.5v3.2m0 1.9v.1',
  cancelled: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM3.7 12.3l8.6-8.6',
  queued: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5zM8 4.7V8l2.2 1.6',
  running: 'M8 1.75a6.25 6.25 0 1 1-6.25 6.25',
  empty: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5z',
  eye: 'M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  'eye-off': 'M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8zM2.5 2.5l11 11',
  live: 'M8 6.9a1.1 1.1 0 1 0 0 2.2 1.1 1.1 0 0 0 0-2.2zM5 11a4.3 4.3 0 0 1 0-6m6 0a4.3 4.3 0 0 1 0 6M2.7 13.2a7.4 7.4 0 0 1 0-10.4m10.6 0a7.4 7.4 0 0 1 0 10.4',
  offline:
    'M8 6.9a1.1 1.1 0 1 0 0 2.2 1.1 1.1 0 0 0 0-2.2zM5 11a4.3 4.3 0 0 1 0-6m6 0a4.3 4.3 0 0 1 0 6M2 2l12 12',
  sync: 'M13.2 6.2A5.5 5.5 0 0 0 3.4 5M13.4 2.6v3.6H9.8M2.8 9.8A5.5 5.5 0 0 0 12.6 11M2.6 13.4V9.8h3.6',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.4M8 13.6V15M1 8h1.4M13.6 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z',
  screen: 'M2 3h12v8H2zM5.5 13.5h5M8 11v2.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'M4 4l8 8m0-8l-8 8',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4',
  keyboard: 'M1.5 4h13v8h-13zM4 6.7h.1M6.7 6.7h.1M9.3 6.7h.1M12 6.7h.1M5 9.5h6',
  chevron: 'M6 3.5L10.5 8 6 12.5',
  up: 'M8 12.5v-9M4.5 7L8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9L8 12.5 11.5 9',
  plus: 'M8 3v10M3 8h10',
  folder: 'M2 4h4.2l1.4 1.8H14v7H2z',
  health: 'M1.5 8.5h3l1.6-4 3 8 1.9-5.2.7 1.2h2.8',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  branch: 'M5 2.5v11M5 9.5c5 0 6-1.5 6-4M5 2.5h.1M11 4.5h.1M5 13.5h.1',
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}
