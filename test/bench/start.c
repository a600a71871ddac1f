/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * start REPEAT COMMAND...  : the least time in ns that a process takes from vfork to its end, for
 *	each of the COMMANDs in turn (in turn, so that a busy machine is busy for all of them).
 * start map FILE...        : the floor: maps the FILEs with system calls alone, and ends.
 * start prepare FILE...    : what that needs to know about the FILEs beforehand, and ends.
 * start                    : ends at once: what a process costs anyway.
 *
 * A COMMAND is a program and its arguments in one word, separated by commas; a first
 * word with '=' in it is set in its environment.
 */
#include "floor.h"
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

struct command {
	char *argument[1024], *environment[8];
	uint64_t least;
};

static void parse(struct command *command, char *text)
{
	unsigned count = 0, settings = 0;
	char *word;

	for (word = strtok(text, ","); word && count < 1023; word = strtok(NULL, ",")) {
		if (!count && strchr(word, '='))
			command->environment[settings++] = word;
		else
			command->argument[count++] = word;
	}
	command->least = UINT64_MAX;
}

static void run(struct command *command)
{
	uint64_t begin = floor_now(), time;
	pid_t child;
	int status;

	if (posix_spawn(&child, command->argument[0], NULL, NULL, command->argument,
			command->environment) ||
	    waitpid(child, &status, 0) < 0 || status) {
		fprintf(stderr, "start: %s failed\n", command->argument[0]);
		exit(1);
	}
	time = floor_now() - begin;
	if (time < command->least)
		command->least = time;
}

int main(int argc, char **argv)
{
	struct floor_file file;
	struct command *command;
	int i, repeat;

	if (argc == 1)
		return 0;
	if (!strcmp(argv[1], "map")) {
		for (i = 2; i < argc; i++) {
			floor_prepare(&file, argv[i]);
			floor_open(&file, 1);
		}
		return 0;
	}
	if (!strcmp(argv[1], "prepare")) {
		for (i = 2; i < argc; i++)
			floor_prepare(&file, argv[i]);
		return 0;
	}
	repeat = atoi(argv[1]);
	command = calloc((size_t)argc, sizeof(*command));
	for (i = 2; i < argc; i++)
		parse(&command[i], argv[i]);
	while (repeat--)
		for (i = 2; i < argc; i++)
			run(&command[i]);
	for (i = 2; i < argc; i++)
		printf("%llu\n", (unsigned long long)command[i].least);
	return 0;
}
