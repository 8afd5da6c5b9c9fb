/** One button through the three themes; its picture is the theme in force. */
import { useState } from 'react';
import { Icon } from '../parts/icon.tsx';
import type { IconName } from '../parts/icon.tsx';
import { applyTheme, readTheme, themes } from '../theme.ts';
import type { Theme } from '../theme.ts';

const looks: Readonly<Record<Theme, { icon: IconName; name: string }>> = {
  system: { icon: 'screen', name: 'System theme' },
  light: { icon: 'sun', name: 'Light theme' },
  dark: { icon: 'moon', name: 'Dark theme' },
};

export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  const label = `${looks[theme].name}. Switch to ${looks[next].name.toLowerCase()}`;

  const turn = () => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={turn}>
      <Icon name={looks[theme].icon} />
    </button>
  );
}
