// The component library's theme, made from the tokens. Names no colour of its own.
import { theme, type ThemeConfig } from 'antd';
import { FONT, GRID, PALETTES, ROW, TEXT, type Shade } from './tokens';

/** The theme of a shade. */
export function themeOf(shade: Shade): ThemeConfig {
  const colours = PALETTES[shade];
  return {
    algorithm: shade === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    hashed: false,
    token: {
      colorPrimary: colours.accent,
      colorInfo: colours.tones.us.ink,
      colorSuccess: colours.tones.done.ink,
      colorWarning: colours.tones.you.ink,
      colorError: colours.tones.stopped.ink,
      colorLink: colours.accentText,
      colorLinkHover: colours.accentText,
      colorLinkActive: colours.accentText,
      colorBgBase: colours.surface,
      colorBgLayout: colours.ground,
      colorBgContainer: colours.surface,
      colorBgElevated: colours.surface,
      colorBorder: colours.edge,
      colorBorderDisabled: colours.line,
      colorBorderSecondary: colours.line,
      colorTextBase: colours.text,
      colorText: colours.text,
      colorTextSecondary: colours.quiet,
      colorTextTertiary: colours.quiet,
      colorTextDescription: colours.quiet,
      colorTextPlaceholder: colours.quiet,
      fontFamily: FONT,
      fontSize: TEXT,
      controlHeight: ROW,
      sizeUnit: GRID,
      sizeStep: GRID,
      borderRadius: GRID,
      borderRadiusLG: GRID,
      boxShadowSecondary: `0 0 0 1px ${colours.line}, 0 4px 12px rgb(0 0 0 / 20%)`,
      motion: false,
    },
    components: {
      Layout: { headerBg: colours.surface, siderBg: colours.surface, bodyBg: colours.ground, headerHeight: 48, headerPadding: '0 16px' },
      Menu: {
        itemHeight: ROW,
        itemSelectedBg: colours.accentPaper,
        itemSelectedColor: colours.accentText,
        itemActiveBg: colours.raised,
        activeBarBorderWidth: 0,
      },
      Table: { cellPaddingBlockSM: 5, cellPaddingInlineSM: 8, headerBg: colours.raised, headerColor: colours.quiet, rowHoverBg: colours.raised, headerSplitColor: 'transparent' },
      Tabs: { horizontalMargin: '0', itemSelectedColor: colours.accentText, itemHoverColor: colours.accentText, itemActiveColor: colours.accentText, inkBarColor: colours.accentText },
      Steps: { colorPrimary: colours.accent },
      Button: { defaultBorderColor: colours.edge, primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    },
  };
}
