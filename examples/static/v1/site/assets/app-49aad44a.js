// Names the next roasting day, a Tuesday. Without scripts the page says "every Tuesday".
const day = new Date();
day.setDate(day.getDate() + ((2 - day.getDay() + 7) % 7 || 7));
const text = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'long', day: 'numeric', month: 'long' });
for (const place of document.querySelectorAll('[data-next-roast]')) place.textContent = `on ${text.format(day)}`;
