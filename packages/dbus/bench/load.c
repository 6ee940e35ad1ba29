/* A client that costs next to nothing, so that the figures are the service's: it writes prepared bytes and looks at
 * nothing of a message but its type and its length.
 *   load SOCKET latency CALLS      prints p50 and p99 in microseconds
 *   load SOCKET calls CALLS        prints calls per second, 64 in flight
 *   load SOCKET signals COUNT      prints signals per second */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define IN_FLIGHT 64
enum { CALL = 1, RETURN = 2, SIGNAL = 4 };

static int bus;
static uint32_t serial;
static unsigned char in[1 << 20], out[4096];
static size_t filled, used;

static void
fail (const char *what)
{
  perror (what);
  exit (1);
}

static double
now (void)
{
  struct timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void
fill (void)
{
  memmove (in, in + used, filled - used);
  filled -= used;
  used = 0;
  ssize_t count = read (bus, in + filled, sizeof in - filled);
  if (count <= 0)
    fail ("read");
  filled += count;
}

/* The type of the next message. */
static int
next_type (void)
{
  uint32_t body, fields;
  size_t length = 16;
  for (;;)
    {
      if (filled - used >= 16)
        {
          memcpy (&body, in + used + 4, 4);
          memcpy (&fields, in + used + 12, 4);
          length = 16 + (fields + 7) / 8 * 8 + body;
          if (filled - used >= length)
            break;
        }
      fill ();
    }
  int type = in[used + 1];
  used += length;
  if (type == 3)
    fail ("an error came back");
  return type;
}

static void
await (int type)
{
  while (next_type () != type)
    ;
}

static size_t
align (size_t at)
{
  return (at + 7) / 8 * 8;
}

static size_t
put_string (unsigned char *message, size_t at, const char *text)
{
  uint32_t length = strlen (text);
  memcpy (message + at, &length, 4);
  memcpy (message + at + 4, text, length + 1);
  return at + 4 + length + 1;
}

static size_t
put_field (unsigned char *message, size_t at, int code, char type, const char *text)
{
  at = align (at);
  message[at] = code;
  message[at + 1] = 1;
  message[at + 2] = type;
  if (type != 'g')
    return put_string (message, at + 4, text);
  message[at + 4] = 1;
  message[at + 5] = text[0];
  return at + 7;
}

/* A call with one argument, or none; its serial is patched in before it is sent. */
static size_t
build (unsigned char *message, const char *name, const char *path, const char *member, const char *text, uint32_t number)
{
  memset (message, 0, 512);
  message[0] = 'l';
  message[1] = CALL;
  message[3] = 1;
  size_t at = put_field (message, 16, 1, 'o', path);
  at = put_field (message, at, 2, 's', name);
  at = put_field (message, at, 3, 's', member);
  at = put_field (message, at, 6, 's', name);
  if (text || number)
    at = put_field (message, at, 8, 'g', text ? "s" : "u");
  uint32_t fields = at - 16, body = 0;
  at = align (at);
  if (text)
    body = put_string (message, at, text) - at;
  else if (number)
    {
      memcpy (message + at, &number, 4);
      body = 4;
    }
  memcpy (message + 4, &body, 4);
  memcpy (message + 12, &fields, 4);
  return at + body;
}

static void
send_message (unsigned char *message, size_t length)
{
  serial++;
  memcpy (message + 8, &serial, 4);
  if (write (bus, message, length) != (ssize_t) length)
    fail ("write");
}

static void
open_bus (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  char line[256], uid[16], *at = line;
  strncpy (address.sun_path, path, sizeof address.sun_path - 1);
  bus = socket (AF_UNIX, SOCK_STREAM, 0);
  if (connect (bus, (struct sockaddr *) &address, sizeof address) != 0)
    fail ("connect");
  snprintf (uid, sizeof uid, "%u", getuid ());
  *at++ = 0;
  at += sprintf (at, "AUTH EXTERNAL ");
  for (char *digit = uid; *digit; digit++)
    at += sprintf (at, "%02x", *digit);
  at += sprintf (at, "\r\n");
  if (write (bus, line, at - line) < 0)
    fail ("write");
  fill ();
  used = filled;
  if (write (bus, "BEGIN\r\n", 7) < 0)
    fail ("write");
  size_t length = build (out, "org.freedesktop.DBus", "/org/freedesktop/DBus", "Hello", NULL, 0);
  send_message (out, length);
  await (RETURN);
}

static int
compare (const void *a, const void *b)
{
  return (*(double *) a > *(double *) b) - (*(double *) a < *(double *) b);
}

int
main (int argc, char **argv)
{
  if (argc != 4)
    return 2;
  const char *name = "com.example.Bench", *path = "/com/example/Bench";
  int count = atoi (argv[3]);
  open_bus (argv[1]);
  size_t length = build (out, name, path, "Echo", "a text of some length", 0);
  if (strcmp (argv[2], "latency") == 0)
    {
      double *times = malloc (count * sizeof (double));
      for (int call = 0; call < count; call++)
        {
          double start = now ();
          send_message (out, length);
          await (RETURN);
          times[call] = now () - start;
        }
      qsort (times, count, sizeof (double), compare);
      printf ("%.1f %.1f\n", times[count / 2], times[count * 99 / 100]);
      return 0;
    }
  double start = now ();
  if (strcmp (argv[2], "calls") == 0)
    {
      int sent = 0;
      while (sent < IN_FLIGHT && sent < count)
        send_message (out, length), sent++;
      for (int received = 0; received < count; received++)
        {
          await (RETURN);
          if (sent < count)
            send_message (out, length), sent++;
        }
    }
  else
    {
      unsigned char rule[512];
      size_t size = build (rule, "org.freedesktop.DBus", "/org/freedesktop/DBus", "AddMatch",
                           "type='signal',interface='com.example.Bench'", 0);
      send_message (rule, size);
      await (RETURN);
      length = build (out, name, path, "Emit", NULL, count);
      start = now ();
      send_message (out, length);
      for (int received = 0; received < count; received++)
        await (SIGNAL);
    }
  printf ("%.0f\n", count / ((now () - start) / 1e6));
  return 0;
}
