/* The baseline: the service of service.ts, written with GDBus. Argument: the address of the bus. */
#include <gio/gio.h>
#include <stdlib.h>

static const char *xml =
  "<node><interface name='com.example.Bench'>"
  "  <method name='Echo'><arg type='s' direction='in'/><arg type='s' direction='out'/></method>"
  "  <method name='Emit'><arg type='u' direction='in'/></method>"
  "  <signal name='Tick'><arg type='u'/><arg type='u'/><arg type='s'/></signal>"
  "</interface></node>";

static void
handle_call (GDBusConnection *connection, const gchar *sender, const gchar *path, const gchar *interface,
             const gchar *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  if (g_str_equal (method, "Echo"))
    {
      const gchar *text;
      g_variant_get (arguments, "(&s)", &text);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", text));
      return;
    }
  guint32 count;
  g_variant_get (arguments, "(u)", &count);
  for (guint32 at = 1; at <= count; at++)
    g_dbus_connection_emit_signal (connection, NULL, path, interface, "Tick",
                                   g_variant_new ("(uus)", at, count, "a text of some length"), NULL);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  const GDBusInterfaceVTable table = { handle_call, NULL, NULL, { 0 } };
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    argv[1], G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  if (!connection)
    g_error ("%s", error->message);
  GDBusNodeInfo *node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_dbus_connection_register_object (connection, "/com/example/Bench", node->interfaces[0], &table, NULL, NULL, NULL);
  g_bus_own_name_on_connection (connection, "com.example.Bench", G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return EXIT_SUCCESS;
}
