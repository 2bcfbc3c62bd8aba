// The default theme, with the fonts that are there.
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default theme;
