// The case: a base with the Pi's posts, and a lid with three lights and a button.
//   openscad -o base.stl -D 'part="base"' -D 'build="hat"' case.scad
// Print both parts as they lie, without supports, 0.2 mm layers, PETG (a van in July is too hot for PLA).
build = "hat";   // "hat": Pi 4 or 5 with a SIM7600 HAT on top. "zero": Pi Zero 2 W and a USB stick beside it
part = "both";   // "base", "lid", or "both" to look at

wall = 2.4;
gap = 0.3;       // between lid and base
air = 2;         // around what is inside
post = 4;        // height of the posts under the Pi
$fn = 48;

// Inside, in mm: the boards, and above the Pi's posts the height of everything on it.
pi = build == "hat" ? [85, 56] : [65, 30];
holes = build == "hat" ? [[3.5, 3.5], [61.5, 3.5], [3.5, 52.5], [61.5, 52.5]]
                       : [[3.5, 3.5], [61.5, 3.5], [3.5, 26.5], [61.5, 26.5]];
stick = build == "hat" ? [0, 0] : [100, 32];            // a USB stick and its short cable, beside the Pi
inner = [max(pi[0], stick[0]) + 2 * air, pi[1] + stick[1] + 2 * air, build == "hat" ? 46 : 24];
outer = [inner[0] + 2 * wall, inner[1] + 2 * wall, inner[2] + wall];

light = 5.2;     // 5 mm lights
button = 12.2;   // 12 mm push button
pitch = 14;      // between the lights, left to right BOX, SIGNAL, TEXTS
aerial = 6.6;    // SMA socket
screw = 2.5;     // M3 cuts its own thread

module rounded(size, r = 4) {
  linear_extrude(size[2]) translate([r, r]) offset(r) square([size[0] - 2 * r, size[1] - 2 * r]);
}

module corners() {
  for (x = [wall + 3.2, outer[0] - wall - 3.2], y = [wall + 3.2, outer[1] - wall - 3.2]) translate([x, y, 0]) children();
}

module openings() {
  // Power and the Pi's own sockets on the long side; a slot, so that any Pi fits.
  translate([wall + air + 4, -1, wall + post - 1]) cube([build == "hat" ? 52 : 58, wall + 2, 11]);
  // USB and network sockets of a Pi 4 or 5 on the short side.
  if (build == "hat") translate([outer[0] - wall - 1, wall + air + 2, wall + post]) cube([wall + 2, 53, 18]);
  // The aerial, at the back, high up and away from the power socket.
  translate([outer[0] / 2, outer[1] + 1, outer[2] - 10]) rotate([90, 0, 0]) cylinder(d = aerial, h = wall + 2);
  // Air: the modem gets warm when the signal is weak.
  for (i = [0 : 5]) translate([-1, outer[1] / 2 - 15 + 6 * i, wall + 8]) cube([wall + 2, 2.4, inner[2] - 16]);
  for (i = [0 : 7]) translate([outer[0] / 2 - 22 + 6 * i, outer[1] / 2 - 10, -1]) cube([2.4, 20, wall + 2]);
}

module base() {
  difference() {
    union() {
      difference() {
        rounded(outer);
        translate([wall, wall, wall]) cube([inner[0], inner[1], inner[2] + 1]);
      }
      for (at = holes) translate([wall + air + at[0], wall + air + at[1], 0]) cylinder(d = 6, h = wall + post);
      intersection() {
        rounded(outer);
        corners() cylinder(d = 7, h = outer[2]);
      }
    }
    for (at = holes) translate([wall + air + at[0], wall + air + at[1], 1]) cylinder(d = screw - 0.3, h = wall + post);
    corners() translate([0, 0, outer[2] - 12]) cylinder(d = screw, h = 13);
    openings();
  }
}

module lid() {
  middle = [outer[0] / 2, outer[1] / 2 - 2];
  difference() {
    union() {
      rounded([outer[0], outer[1], wall]);
      translate([wall + gap, wall + gap, 0]) difference() {
        cube([inner[0] - 2 * gap, inner[1] - 2 * gap, wall + 3]);
        translate([1.6, 1.6, -1]) cube([inner[0] - 2 * gap - 3.2, inner[1] - 2 * gap - 3.2, wall + 5]);
      }
    }
    // The lid is printed face down: left to right is mirrored here, and right way round when it is on.
    for (i = [-1 : 1]) translate([middle[0] - i * pitch, middle[1] + 12, -1]) cylinder(d = light, h = wall + 5);
    translate([middle[0], middle[1] - 8, -1]) cylinder(d = button, h = wall + 5);
    corners() {
      translate([0, 0, -1]) cylinder(d = 3.4, h = wall + 5);
      translate([0, 0, wall]) cylinder(d = 9, h = 4);
    }
    // One, two, three dots under the lights, from the left: which is which, to a thumb.
    for (i = [-1 : 1], dot = [0 : i + 1])
      translate([middle[0] - i * pitch + 2 * dot - (i + 1), middle[1] + 6.5, -1]) cylinder(d = 1.2, h = 1.6);
  }
}

if (part == "base" || part == "both") base();
if (part == "lid") lid();
if (part == "both") translate([0, outer[1] + 10, 0]) lid();
