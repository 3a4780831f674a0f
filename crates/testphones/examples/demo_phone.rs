//! Makes the demo phone in a folder and serves it until Enter is pressed: for a look with other programs.

use std::io::Write;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("a folder is needed")?;
    let demo = sidekeep_testphones::demo::start(folder.as_ref()).await?;
    let address = demo.android.address();
    writeln!(
        std::io::stdout(),
        "adb://{address}{}",
        sidekeep_testphones::demo::MOUNT
    )?;
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}
