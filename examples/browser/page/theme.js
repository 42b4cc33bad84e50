/** Light, dark, or what the system prefers: chosen by radio buttons, and remembered. */
{
  const KEY = 'cellar-demo-theme';

  const remember = (theme) => {
    try {
      if (theme === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch (error) {
      console.warn('The choice of colours is not remembered.', error); // Storage is full, or blocked.
    }
  };

  const recall = () => {
    try {
      return localStorage.getItem(KEY) ?? 'system';
    } catch {
      return 'system';
    }
  };

  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    for (const input of document.querySelectorAll('input[name=theme]')) {
      input.checked = input.value === theme;
    }
  };

  show(recall());
  document.addEventListener('DOMContentLoaded', () => show(recall()));
  document.addEventListener('change', ({target}) => {
    if (target.name !== 'theme') return;
    show(target.value);
    remember(target.value);
  });
  // Chosen in another tab.
  addEventListener('storage', ({key}) => {
    if (key === KEY) show(recall());
  });
}
