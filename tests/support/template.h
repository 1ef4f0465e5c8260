// A migrated cluster that is made once a build, by the very okrd of it, and copied by each test
// that needs a server: a copy takes a tenth of a second, initdb and the migrations take three.
//
// It lies in the build directory, one for each user that okrd runs as, and is made anew when okrd
// was linked anew. Tests that run at the same time wait for the one that makes it.
#ifndef OKR_TESTS_SUPPORT_TEMPLATE_H
#define OKR_TESTS_SUPPORT_TEMPLATE_H

// Puts the cluster into the folder as `cluster`, where okrd looks for it in its --dir. To be called
// as whoever started the test: root gives the copy to okrd's user. Fails the test if it cannot.
void template_copy(const char *folder);

#endif
