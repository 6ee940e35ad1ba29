# GLib as a client of the greeter: what is too large for the command lines of gdbus and busctl.
import sys

from gi.repository import Gio, GLib

FLAGS = Gio.DBusConnectionFlags
bus = Gio.DBusConnection.new_for_address_sync(
    sys.argv[1], FLAGS.AUTHENTICATION_CLIENT | FLAGS.MESSAGE_BUS_CONNECTION, None, None
)


def call(member, arguments):
    name = "com.example.Greeter"
    reply = bus.call_sync(name, "/com/example/Greeter", name, member, arguments, None, 0, 25000, None)
    return reply.unpack()[0]


def array(element, data):
    return GLib.Variant.new_from_bytes(GLib.VariantType.new("a" + element), GLib.Bytes.new(data), True)


print(call("Bytes", GLib.Variant.new_tuple(array("y", bytes(30_000_000)))))
print(call("Count", GLib.Variant.new_tuple(array("u", bytes(4_000_000)))))
