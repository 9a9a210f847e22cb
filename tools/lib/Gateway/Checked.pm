# What check_headers and check_tidy have in common: which of our headers a file reaches, how it is compiled,
# and which files were found clean. That is remembered beside ccache's store under a key of the file, all
# it reaches, its flags and the tool, so that only what has changed is read again.
package Gateway::Checked;
use strict;
use warnings;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);

# new(name of the check, all that changes what it finds but the files)
sub new {
    my ($class, $name, $tool) = @_;
    my $store = ($ENV{XDG_CACHE_HOME} || "$ENV{HOME}/.cache") . "/dreamifly-2api/$name";
    make_path($store);
    return bless { store => $store, tool => $tool }, $class;
}

sub text_of { my ($path) = @_; open my $in, '<', $path or return ''; local $/; return <$in> }

my %includes;

sub includes_of {
    my ($path) = @_;
    return @{ $includes{$path} //= [ text_of($path) =~ /^\s*#\s*include\s*"([^"]+)"/mg ] };
}

# The file below src/ (or the whole path of any other) and every header of ours that it reaches, once each.
sub reached {
    my ($file) = @_;
    my (%seen, @all);
    my @next = ($file);
    while (defined(my $name = shift @next)) {
        next if $seen{$name}++;
        push @all, $name;
        push @next, includes_of(-f "src/$name" ? "src/$name" : $name);
    }
    return @all;
}

my %commands;

# The command that compiles it in that build tree.
sub flags_of {
    my ($tree, $file) = @_;
    $commands{$tree} //=
      { reverse(text_of("$tree/compile_commands.json") =~ /"command": "(.*?)",\n\s*"file": "(.*?)"/g) };
    my ($path) = grep { m{/\Q$file\E$} } keys %{ $commands{$tree} } or return undef;
    return $commands{$tree}{$path} =~ s/\\(["\\])/$1/gr;
}

sub mark {
    my ($self, $file, $flags) = @_;
    my $text = join '', map { text_of(-f "src/$_" ? "src/$_" : $_) } reached($file);
    return "$self->{store}/" . sha1_hex($self->{tool} . ($flags // '') . $text);
}

sub is_clean { my ($self, $file, $flags) = @_; return -f $self->mark($file, $flags) }

# run([file, flags, shell command]…): each command once, as many at a time as there are cores; the files of
# those that succeed are clean. False when one has failed.
sub run {
    my ($self, @commands) = @_;
    my $cores = `nproc` + 0;
    open my $xargs, '|-', 'xargs', '-0', '-n', '2', '-P', $cores, 'sh', '-c', 'eval "$0" && touch "$1"'
      or die "xargs: $!\n";
    print $xargs "$_->[2]\0", $self->mark($_->[0], $_->[1]), "\0" for @commands;
    return close $xargs;
}

1;
