import { Link } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { paths } from '../paths.ts';
import { IconButton } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';

/** Only on narrow windows, where the sidebar is a drawer. */
export function TopBar({ onMenu, onSearch }: { readonly onMenu: () => void; readonly onSearch: () => void }) {
  return (
    <div className="top-bar">
      <IconButton icon={MenuIcon} label="Open the navigation" onClick={onMenu} />
      <Link to={paths.home} className="brand grow">
        <Logo />
        Middle
      </Link>
      <IconButton icon={Search} label="Jump to" onClick={onSearch} />
    </div>
  );
}
