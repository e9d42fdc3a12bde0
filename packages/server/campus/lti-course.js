// In the reader's language, where the player and the course have it; the page's own is the course's.
document.getElementById('lectern').lang = navigator.language;
