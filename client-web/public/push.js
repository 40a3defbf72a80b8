// Shows that something has come, and nothing of what: whoever looks at a locked
// screen, and whoever delivers the push, may know no name, no subject and no word
// of it. So what a push carries is never read. This keeps nothing and answers no
// request of the page.

self.addEventListener('push', (event) => {
  event.waitUntil(self.registration.showNotification('arcline', {
    body: 'You have a new secure message.', lang: 'en', icon: '/icon-192.png', tag: 'arcline', renotify: true,
  }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((open) => (open[0] === undefined ? self.clients.openWindow('/') : open[0].focus())))
})
